package org.ebpf4j.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test that ends with other BPF or perf descriptors open than it began with.
final class DescriptorLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(DescriptorLeaks.class);

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    context.getStore(NAMESPACE).put("before", descriptors());
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    var before = context.getStore(NAMESPACE).get("before", Map.class);
    var after = descriptors();
    if (!after.equals(before)) {
      throw new AssertionError("descriptors before the test: " + before + ", after it: " + after);
    }
  }

  private static Map<String, String> descriptors() throws IOException {
    var found = new TreeMap<String, String>();
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      for (var entry : entries.toList()) {
        try {
          var target = Files.readSymbolicLink(entry).toString();
          var bpf =
              target.startsWith("anon_inode") && (target.contains("bpf") || target.contains("btf"));
          if (bpf || target.contains("[perf_event]")) {
            found.put(entry.getFileName().toString(), target);
          }
        } catch (IOException _) {
          // Closed since it was listed.
        }
      }
    }
    return found;
  }
}

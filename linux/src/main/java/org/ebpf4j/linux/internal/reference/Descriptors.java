package org.ebpf4j.linux.internal.reference;

import java.util.List;
import java.util.Map;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.jspecify.annotations.Nullable;

/// Open files of the objects themselves.
final class Descriptors {
  private Descriptors() {}

  static void find(
      List<OpenedFile> files,
      @Nullable KernelView kernel,
      Map<ObjectKey, Count> counts,
      Processes processes,
      Found found) {
    for (var file : files) {
      var object = kernel == null ? inProc(file) : inKernel(file, kernel, counts);
      if (object != null) {
        found.add(object, new Reference.OpenFile(file.holders(processes)));
      }
    }
  }

  private static @Nullable ObjectKey inProc(OpenedFile file) {
    return ProcFiles.object(file.places.getFirst(), file.kind).orElse(null);
  }

  private static @Nullable ObjectKey inKernel(
      OpenedFile file, KernelView kernel, Map<ObjectKey, Count> counts) {
    var known = kernel.objects.get(file.content);
    if (known != null) {
      return known;
    }
    if (!file.kind.equals("anon_inode:btf")) {
      return null;
    }
    // Types that nothing but a descriptor holds.
    var layout = kernel.layout();
    var words =
        kernel
            .memory()
            .words(
                new long[] {
                  file.content + layout.of("btf", "id"), file.content + layout.of("btf", "refcnt")
                });
    var key = new ObjectKey(ObjectType.TYPES, (int) words[0]);
    kernel.objects.put(file.content, key);
    kernel.addresses.put(key, file.content);
    counts.put(key, new Count(words[1] & 0xffffffffL, -1));
    return key;
  }
}

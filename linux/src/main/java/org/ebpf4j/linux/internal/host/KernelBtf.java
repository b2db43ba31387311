package org.ebpf4j.linux.internal.host;

import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.TypesFile;

/// The types of the kernel.
public final class KernelBtf {
  /// Some 6 MB, kept as long as the memory is not wanted for something else.
  private static SoftReference<Btf> shared = new SoftReference<>(null);

  private KernelBtf() {}

  /// Those of the running kernel, read once for all who ask: what it says itself, or else what a
  /// file with the kernel says that a distribution may have put on the disk.
  ///
  /// @throws UnsupportedFeatureException where neither is there
  public static synchronized Btf running() {
    var types = shared.get();
    if (types == null) {
      types = find(Path.of("/"), KernelRelease.name());
      shared = new SoftReference<>(types);
    }
    return types;
  }

  /// Those of the kernel of that release on a machine whose files are below `root`.
  static Btf find(Path root, String release) {
    var own = root.resolve("sys/kernel/btf/vmlinux");
    if (Files.exists(own)) {
      return TypesFile.read(own);
    }
    var failures = new ArrayList<String>();
    for (var path : places(root, release)) {
      if (Files.isReadable(path)) {
        try {
          return TypesFile.read(path);
        } catch (BpfException e) {
          failures.add(e.getMessage());
        }
      }
    }
    throw new UnsupportedFeatureException(
        "BTF of the kernel",
        "5.4",
        "this kernel does not say what its types are: there is no "
            + own
            + " (built without CONFIG_DEBUG_INFO_BTF?), nor a vmlinux with BTF for "
            + release
            + " at the places where one may be"
            + (failures.isEmpty() ? "" : "; " + String.join("; ", failures)));
  }

  private static List<Path> places(Path root, String release) {
    return List.of(
        root.resolve("boot/vmlinux-" + release),
        root.resolve("lib/modules/" + release + "/vmlinux-" + release),
        root.resolve("lib/modules/" + release + "/build/vmlinux"),
        root.resolve("usr/lib/modules/" + release + "/kernel/vmlinux"),
        root.resolve("usr/lib/debug/boot/vmlinux-" + release),
        root.resolve("usr/lib/debug/boot/vmlinux-" + release + ".debug"),
        root.resolve("usr/lib/debug/lib/modules/" + release + "/vmlinux"));
  }
}

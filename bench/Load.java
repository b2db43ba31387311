import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.object.ObjectSpec;

/// The side of bench/load that is ebpf4j; the twin of `load.c`.
///
///     Load FILE…           opens, relocates, loads and closes each object for each line of standard input, and prints
///                          how many microseconds that took
///     Load --which FILE…   prints which of them load
///     Load --memory        prints how many bytes the kernel's types are, and how many of heap they take when names
///                          in them have been looked up
final class Load {
  private Load() {}

  public static void main(String[] args) throws IOException {
    switch (args.length == 0 ? "" : args[0]) {
      case "--which" -> which(Arrays.copyOfRange(args, 1, args.length));
      case "--memory" -> memory();
      default -> rounds(args);
    }
  }

  private static void load(LinuxKernel kernel, String file) {
    kernel.load(ObjectSpec.read(Path.of(file))).close();
  }

  private static void rounds(String... files) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var kernel = LinuxKernel.open()) {
      while (input.readLine() != null) {
        var start = System.nanoTime();
        for (var file : files) {
          load(kernel, file);
        }
        System.out.println((System.nanoTime() - start) / 1000);
      }
    }
  }

  private static void which(String... files) {
    try (var kernel = LinuxKernel.open()) {
      for (var file : files) {
        try {
          load(kernel, file);
          System.out.println(file);
        } catch (BpfException e) {
          System.err.println(
              file + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
      }
    }
  }

  private static void lookUp(Btf types) {
    if (types.ids("task_struct").length == 0) {
      throw new IllegalStateException("a kernel without struct task_struct");
    }
  }

  /// What is left when collecting garbage leaves no less: what a JVM needed to start goes late.
  private static long used() {
    var least = Long.MAX_VALUE;
    for (int same = 0; same < 5; same++) {
      System.gc();
      var used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      same = used < least ? 0 : same;
      least = Math.min(least, used);
    }
    return least;
  }

  private static void memory() {
    // Once before, so that what reading leaves behind for good is there already.
    lookUp(TypesFile.read(Path.of("/sys/kernel/btf/vmlinux")));
    var before = used();
    var types = KernelBtf.running();
    lookUp(types);
    var heap = used() - before;
    System.out.println(types.bytes().length + " " + heap);
    Reference.reachabilityFence(types);
  }
}

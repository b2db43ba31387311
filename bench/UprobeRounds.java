import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.ebpf4j.Link;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;

/// The side of bench/uprobes that is ebpf4j; the twin of `uprobes.c`.
///
///     UprobeRounds OBJECT PROGRAM LIBRARY COUNT   attaches the program to function_0 and so on of the library, and detaches
///                                                 all, for each line of standard input, and prints how many microseconds
///                                                 that took
final class UprobeRounds {
  private UprobeRounds() {}

  public static void main(String[] args) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var count = Integer.parseInt(args[3]);
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(Path.of(args[0])))) {
      var program = object.program(args[1]);
      var links = new ArrayList<Link>();
      while (input.readLine() != null) {
        var start = System.nanoTime();
        for (int i = 0; i < count; i++) {
          links.add(program.attach(new Uprobe(args[2], "function_" + i)));
        }
        links.forEach(Link::close);
        links.clear();
        System.out.println((System.nanoTime() - start) / 1000);
      }
    }
  }
}

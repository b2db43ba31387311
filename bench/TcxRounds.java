import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;

/// The side of bench/tcx that is ebpf4j; the twin of `tcx.c`.
///
///     TcxRounds OBJECT PROGRAM DEVICE COUNT   attaches the program to the device by tcx and detaches it, COUNT times
///                                             for each line of standard input, and prints how many microseconds that took
final class TcxRounds {
  private TcxRounds() {}

  public static void main(String[] args) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var count = Integer.parseInt(args[3]);
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(Path.of(args[0])))) {
      var program = object.program(args[1]);
      while (input.readLine() != null) {
        var start = System.nanoTime();
        for (int i = 0; i < count; i++) {
          program.attach(Tcx.ingress(args[2])).close();
        }
        System.out.println((System.nanoTime() - start) / 1000);
      }
    }
  }
}

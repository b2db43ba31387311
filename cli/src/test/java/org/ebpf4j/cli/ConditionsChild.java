package org.ebpf4j.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.text.Json;

/// Runs every command that only reads, in the conditions that this process is in, and prints what
/// came of each as a JSON object on a line.
final class ConditionsChild {
  private ConditionsChild() {}

  /// @param args whether output is taken, the ids of a program, a map and a link, a pin, an object
  ///   file, a cgroup, a map that no program writes
  public static void main(String[] args) {
    var closed = args[0].equals("closed");
    for (var words : commands(List.of(args).subList(1, args.length))) {
      var run = closed ? closed(words) : Cli.run((Object[]) words);
      System.out.println(
          Json.object(fields ->
              fields
                  .put("words", String.join(" ", words))
                  .put("status", run.status())
                  .put("out", run.out())
                  .put("err", run.err())));
    }
  }

  /// Where the reader of its output is gone.
  private static Cli closed(String... words) {
    var err = new StringWriter();
    var gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var out = StandardOutput.ofResults(gone);
    var status = Main.execute(out.printer(), new PrintWriter(err), words);
    return new Cli(status, "", err.toString());
  }

  private static List<String[]> commands(List<String> names) {
    var program = names.get(0);
    var map = names.get(1);
    var link = names.get(2);
    var pin = names.get(3);
    var file = names.get(4);
    var cgroup = names.get(5);
    var still = names.get(6);
    var all = new ArrayList<String[]>();
    for (var line :
        List.of(
            "prog list",
            "prog show " + program,
            "prog show no_such_program",
            "prog dump xlated " + program,
            "prog dump jited " + program,
            "map list",
            "map show " + map,
            "map get " + map + " 0",
            "map dump " + map,
            "map count " + map,
            "map diff " + still + " " + still,
            "map export " + map,
            "link list",
            "link show " + link,
            "link show " + pin,
            "net",
            "cgroup tree",
            "cgroup show " + cgroup,
            "perf",
            "btf list",
            "btf dump id 1 --type task_struct",
            "btf dump prog " + program,
            "btf dump map " + map,
            "btf dump " + file,
            "pin list",
            "stats show",
            "iter list",
            "iter cat 1",
            "struct_ops list",
            "struct_ops dump",
            "token list",
            "why prog " + program,
            "why map " + map,
            "why link " + link,
            "why prog " + program + " --release --dry-run",
            "tree",
            "top --once --every 10ms",
            "doctor",
            "feature",
            "attach --list",
            "disasm " + file,
            "generate " + file,
            "verify " + file,
            "run " + file + " --help-object",
            "run " + file + " --dry-run",
            "complete prog show ",
            "completion bash")) {
      all.add(line.split(" ", -1));
      if (hasJson(line)) {
        all.add((line + " --json").split(" ", -1));
      }
    }
    return all;
  }

  private static boolean hasJson(String line) {
    return !line.startsWith("run ")
        && !line.startsWith("disasm")
        && !line.startsWith("complet")
        && !line.startsWith("iter cat")
        && !line.startsWith("map export");
  }
}

package org.ebpf4j.linux.attach;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;

/// A `bash` in a process of its own, told one command after the other. It can open connections by
/// itself: `/dev/tcp/ADDRESS/PORT`, `/dev/udp/ADDRESS/PORT`.
final class ChildShell implements AutoCloseable {
  private static final String END = "ebpf4j-end ";

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private ChildShell(Process process) {
    this.process = process;
    this.commands = process.outputWriter();
    this.answers = process.inputReader();
  }

  /// What a command answered.
  ///
  /// @param status its exit status
  /// @param output what it wrote, to either stream
  record Answer(int status, String output) {}

  static ChildShell start() throws IOException {
    var builder = new ProcessBuilder("bash", "--norc", "--noprofile", "-s");
    builder.environment().put("LC_ALL", "C");
    return new ChildShell(builder.redirectErrorStream(true).start());
  }

  long pid() {
    return process.pid();
  }

  /// Runs a command in it, and waits for the end.
  Answer run(String command) throws IOException {
    commands.write(command + "\nprintf '\\n" + END + "%d\\n' $?\n");
    commands.flush();
    var output = new StringBuilder();
    while (true) {
      Await.until("an answer to " + command, answers::ready);
      var line = answers.readLine();
      if (line == null) {
        throw new IOException("the shell ended in " + command + ": " + output);
      }
      if (line.startsWith(END)) {
        return new Answer(
            Integer.parseInt(line.substring(END.length())), output.toString().strip());
      }
      output.append(line).append('\n');
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

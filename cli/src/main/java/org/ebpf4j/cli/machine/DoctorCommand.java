package org.ebpf4j.cli.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.machine.Checkup;
import org.ebpf4j.linux.machine.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ebpf4j doctor`.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header = "Say what this machine and this user can do.",
    description = {
      "Looks at the kernel, the privileges of this process, what restricts them, types, mounts,"
          + " limits and probes, and",
      "says what to change. It changes nothing itself: the smallest program there is is loaded, and"
          + " taken away again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j doctor",
      "  ebpf4j doctor --json",
      "",
      "Exit status: 0 programs can be loaded, 1 they cannot."
    })
public final class DoctorCommand implements PlainLine.Command {
  @Mixin private final JsonOptions json = new JsonOptions();

  /// The width of a grade and what is behind it.
  private static final int GRADE = 9;

  private final Console console;

  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    return false;
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() {
    var findings = Checkup.findings();
    if (json.isJson()) {
      printJson(findings);
    } else {
      print(findings);
    }
    return Checkup.canLoad(findings) ? 0 : ExitStatus.FAILED;
  }

  private void printJson(List<Finding> findings) {
    JsonList.print(
        console.out(), json.isLines(), findings.stream().map(DoctorCommand::json).toList());
  }

  private static String json(Finding finding) {
    return Json.object(fields ->
        fields
            .put("topic", finding.topic())
            .put("grade", grade(finding))
            .put("state", finding.state())
            .put("mend", finding.mend().isEmpty() ? null : finding.mend()));
  }

  private static String grade(Finding finding) {
    return finding.grade().name().toLowerCase(Locale.ROOT);
  }

  /// Long texts go on below where they begin, within the columns of the terminal.
  private void print(List<Finding> findings) {
    var width = findings.stream().mapToInt(f -> f.topic().length()).max().orElse(0);
    var indent = GRADE + width + 2;
    var room = Math.max(20, Terminal.columns() - indent);
    for (var finding : findings) {
      var lines = new ArrayList<>(wrap(SafeText.line(finding.state()), room));
      if (!finding.mend().isEmpty()) {
        lines.addAll(wrap("try: " + SafeText.line(finding.mend()), room));
      }
      console
          .out()
          .println(
              ("%-" + GRADE + "s%-" + (width + 2) + "s%s")
                  .formatted(grade(finding), finding.topic(), lines.getFirst()));
      lines.stream().skip(1).forEach(line -> console.out().println(" ".repeat(indent) + line));
    }
  }

  /// A text in lines, which are broken between words.
  static List<String> wrap(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}

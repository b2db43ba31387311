package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.SafeText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map pop`.
@Command(
    name = "pop",
    mixinStandardHelpOptions = true,
    header = "Take a value out of a queue or stack.",
    description =
        "Takes the next value out and prints it. Where there is none, the exit status is" + " 3.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map pop 12", "  ebpf4j map pop jobs --dry-run --json"})
public final class PopCommand extends EntryCommand {
  @Option(names = "--dry-run", description = "Show the value, and leave it.")
  private boolean dryRun;

  public PopCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    if (name.equals("--dry-run")) {
      dryRun = value.flag(dryRun);
      return true;
    }
    return false;
  }

  @Override
  int run(Content content, List<String> rest) {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many");
    }
    content.checkQueue();
    var queue = content.map().queue(Codec.bytes(content.map().valueSize()));
    var value =
        (dryRun ? queue.peek() : queue.pop())
            .orElseThrow(() ->
                NotFoundException.ofPath(
                    content.what() + " is empty\n  try: ebpf4j map push first", "value"));
    console()
        .out()
        .println(
            isJson()
                ? Json.object(json -> json.putJson("value", content.valueJson(value)))
                : SafeText.line(content.text(value)));
    return 0;
  }
}

package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map push`.
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    header = "Put a value into a queue or stack.",
    description =
        "Puts a value in. Where there is no room, it fails, or with --replace the oldest"
            + " value goes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map push 12 7",
      "  ebpf4j map push jobs 7 --json",
      "  ebpf4j map push 12 value hex 07 00 00 00 --replace"
    })
public final class PushCommand extends EntryCommand {
  @Option(names = "--replace", description = "Where it is full, in place of the oldest value.")
  private boolean replace;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public PushCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--replace" -> replace = value.flag(replace);
      case "--dry-run" -> dryRun = value.flag(dryRun);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  int run(Content content, List<String> rest) {
    content.checkQueue();
    var words = EntryWords.read(content, rest);
    if (!words.hasValue()) {
      throw new UsageException("the value is missing: value=…");
    }
    var value = words.value(new byte[content.map().valueSize()]);
    var queue = content.map().queue(Codec.bytes(value.length));
    if (!dryRun) {
      if (replace) {
        queue.pushReplacing(value);
      } else if (!queue.push(value)) {
        throw new BpfException(
            content.what()
                + " is full, with "
                + content.map().maxEntries()
                + " values\n  try: map pop, or --replace");
      }
    }
    say(
        (dryRun ? "would push to " : "pushed to ") + content.what() + ": " + content.text(value),
        json ->
            json.put("action", "push")
                .put("dry_run", dryRun)
                .put("map_id", content.map().id())
                .putJson("value", content.valueJson(value)));
    return 0;
  }
}

package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.PerfAttachment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ebpf4j perf`.
@Command(
    name = "perf",
    mixinStandardHelpOptions = true,
    header = "Show programs on tracepoints, probes and counters, with who has them.",
    description = {
      "Prints a line for each descriptor of a process by which a program is attached to a perf"
          + " event or a raw tracepoint. Of",
      "programs on counters the kernel says only that there is one. Those that only a pin holds are"
          + " in 'ebpf4j link list'."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j perf", "  ebpf4j perf --json"})
public final class PerfCommand implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();
  private final Console console;

  public PerfCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return listing.option(name, value);
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
    try (var kernel = LinuxKernel.open()) {
      listing.print(console.out(), view(), kernel.perfAttachments());
    }
    console.out().flush();
    return 0;
  }

  private static View<PerfAttachment> view() {
    return new View<PerfAttachment>(PerfCommand::json)
        .number("PID", PerfAttachment::process)
        .wide("COMMAND", PerfAttachment::command)
        .number("FD", PerfAttachment::descriptor)
        .number("PROG", a -> Text.id(a.programId()))
        .column("KIND", a -> a.kind().label())
        .wide("ON", PerfAttachment::place);
  }

  private static void json(Json.Fields json, PerfAttachment attachment) {
    json.put("process", attachment.process())
        .put("command", attachment.command())
        .put("descriptor", attachment.descriptor())
        .putOptional("program_id", ProgramsCommand.known(attachment.programId()))
        .put("kind", attachment.kind().label())
        .put("name", attachment.name())
        .put("offset", attachment.offset())
        .put("address", attachment.address());
  }
}

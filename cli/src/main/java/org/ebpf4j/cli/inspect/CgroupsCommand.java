package org.ebpf4j.cli.inspect;

import java.io.PrintWriter;
import java.util.List;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows programs on cgroups.
abstract class CgroupsCommand implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Option(
      names = "--effective",
      description = "What runs there, with the programs of the cgroups above.")
  private boolean effective;

  private final Console console;

  CgroupsCommand(Console console) {
    this.console = console;
  }

  /// The programs that are asked for.
  abstract List<CgroupAttachment> all(LinuxKernel kernel, boolean withInherited);

  @Override
  public final boolean option(String name, PlainLine.Value value) {
    if (name.equals("--effective")) {
      effective = value.flag(effective);
      return true;
    }
    return listing.option(name, value);
  }

  @Override
  public final Integer call() {
    try (var kernel = LinuxKernel.open()) {
      print(console.out(), listing, all(kernel, effective));
    }
    console.out().flush();
    return 0;
  }

  /// Prints them.
  void print(PrintWriter out, Listing options, List<CgroupAttachment> attachments) {
    options.print(out, view(), attachments);
  }

  static View<CgroupAttachment> view() {
    return new View<CgroupAttachment>(CgroupsCommand::json)
        .bpftool(CgroupsCommand::bpftool)
        .wide("CGROUP", CgroupAttachment::path)
        .column("HOOK", CgroupAttachment::attachTypeLabel)
        .number("PROG", CgroupAttachment::programId)
        .wide("NAME", CgroupAttachment::programName)
        .number("LINK", a -> Text.id(a.linkId()))
        .column("FLAGS", a -> String.join(",", a.flagLabels()));
  }

  private static void json(Json.Fields json, CgroupAttachment attachment) {
    json.put("path", attachment.path())
        .put("cgroup", attachment.cgroup())
        .put("attach_type", attachment.attachTypeLabel())
        .put("attach_type_number", attachment.hook())
        .put("program_id", attachment.programId())
        .put("program_name", attachment.programName())
        .putOptional("link_id", ProgramsCommand.known(attachment.linkId()))
        .putStrings("flags", attachment.flagLabels());
  }

  static void bpftool(Json.Fields json, CgroupAttachment attachment) {
    json.put("id", attachment.programId())
        .put("attach_type", attachment.attachTypeLabel())
        .put("attach_flags", String.join(",", attachment.flagLabels()))
        .put("name", attachment.programName());
    if (!attachment.attachTypeLabel().equals("lsm_cgroup")) {
      json.put("attach_btf_name", "").put("attach_btf_obj_id", 0).put("attach_btf_id", 0);
    }
  }
}

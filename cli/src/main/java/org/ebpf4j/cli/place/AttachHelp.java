package org.ebpf4j.cli.place;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.HookKind;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/// Puts the forms of places into the help of `--attach`, as the table of hooks has them.
public final class AttachHelp implements IModelTransformer {
  @Override
  public CommandSpec transform(CommandSpec command) {
    var attach = command.findOption("--attach");
    if (attach != null) {
      var lines = new ArrayList<>(List.of(attach.description()));
      lines.add("One of");
      lines.addAll(HookKind.usages());
      command.remove(attach);
      command.addOption(attach.toBuilder().description(lines.toArray(String[]::new)).build());
    }
    return command;
  }
}

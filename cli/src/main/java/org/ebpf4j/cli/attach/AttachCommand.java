package org.ebpf4j.cli.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.NotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ebpf4j attach`: lists the kinds of places that programs are attached to.
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    header = "List the kinds of places that programs are attached to.",
    description = {
      "Prints each kind of place: how --attach of run, load and export names it, its options, the"
          + " names of sections whose",
      "programs go there, what attaches them, and an example. Needs no kernel and no privileges."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j attach --list",
      "  ebpf4j attach --list xdp kprobe",
      "  ebpf4j attach --list --json"
    })
public final class AttachCommand implements Callable<Integer> {
  @Option(names = "--list", description = "List the kinds.")
  private boolean list;

  @Mixin private final JsonOptions json = new JsonOptions();

  @Parameters(paramLabel = "KIND", description = "Only these kinds.")
  private List<String> names = new ArrayList<>();

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    if (!list) {
      throw new CommandLine.ParameterException(
          line,
          "attach only lists, with --list; 'ebpf4j run FILE --attach PLACE' loads and attaches programs, 'ebpf4j prog attach WHICH PLACE' attaches one that is loaded");
    }
    var out = line.getOut();
    var kinds = kinds();
    if (json.isJson()) {
      JsonList.print(out, json.isLines(), kinds.stream().map(KindText::json).toList());
    } else {
      var columns = Terminal.columns();
      kinds.forEach(kind ->
          KindText.lines(kind)
              .forEach(text -> KindText.wrapped(text, columns).forEach(out::println)));
    }
    return 0;
  }

  private List<HookKind> kinds() {
    if (names.isEmpty()) {
      return HookKind.all();
    }
    var known = HookKind.all().stream().map(HookKind::name).toList();
    return names.stream()
        .map(name ->
            HookKind.named(name)
                .orElseThrow(() -> new NotFoundException("kind of place", name, known)))
        .toList();
  }
}

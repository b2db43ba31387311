package org.ebpf4j.cli.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.ReleaseAction;
import org.ebpf4j.linux.reference.ReleasePlan;
import org.ebpf4j.linux.reference.ReleaseStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j prog detach`.
@Command(
    name = "detach",
    mixinStandardHelpOptions = true,
    header = "Take programs off their hooks.",
    description = {
      "Takes programs off all hooks that they are found on, in all network namespaces: detaches"
          + " links, removes filters and routes, takes what is there without a link off devices,"
          + " cgroups, sockets. Pins stay, and the programs with them. Links of tracing, probes and"
          + " perf events end with their last holder only: 'ebpf4j why link ID' tells who that is."
          + " On a terminal it asks; elsewhere it wants --yes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j prog detach 42 --dry-run",
      "  ebpf4j prog detach 42 --dry-run --json",
      "",
      "Exit status: 1 where a link stays, as only its holders end it."
    })
public final class DetachProgramCommand implements PlainLine.Command {
  @Parameters(
      arity = "1..*",
      paramLabel = "WHICH",
      description = "Ids, names, tags or paths of pins.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public DetachProgramCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--yes" -> yes = value.flag(yes);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return !words.isEmpty();
  }

  /// What is done about one program, and the links that only their holders end.
  private record Plan(ProgramInfo program, List<ReleaseStep> steps, List<Integer> staying) {}

  @Override
  public Integer call() {
    if (words.isEmpty()) {
      throw new UsageException("which programs are meant is missing: ids, names or pins");
    }
    var left = false;
    try (var kernel = LinuxKernel.open();
        var list = json.list(console.out())) {
      var chosen = Choice.ofPrograms(kernel).of(words, kernel.programs());
      var snapshot = kernel.references();
      snapshot.notes().forEach(n -> console.err().println(SafeText.line("ebpf4j: " + n)));
      var plans = chosen.stream().map(program -> plan(snapshot, program)).toList();
      var count = plans.stream().mapToInt(p -> p.steps().size()).sum();
      if (!dryRun && count > 0) {
        Consent.check(console, yes, question(plans));
      }
      for (var plan : plans) {
        left |= detach(kernel, plan, list);
      }
      if (json.isJson()) {
        list.end();
      }
    }
    return left && !dryRun ? ExitStatus.FAILED : 0;
  }

  private static String question(List<Plan> plans) {
    var texts = new ArrayList<String>();
    for (var plan : plans) {
      plan.steps().forEach(step -> texts.add(text(step, plan.program())));
    }
    return SafeText.line(String.join("; ", texts));
  }

  /// Does what is to be done, and says so; whether a link stays.
  private boolean detach(LinuxKernel kernel, Plan plan, JsonList list) {
    for (var step : plan.steps()) {
      if (!dryRun) {
        kernel.release(step);
      }
      say(list, plan.program(), text(step, plan.program()), !dryRun);
    }
    for (var link : plan.staying()) {
      say(
          list,
          plan.program(),
          "link " + link + " ends with its last holder only: ebpf4j why link " + link,
          false);
    }
    if (plan.steps().isEmpty() && plan.staying().isEmpty() && !json.isJson()) {
      console.out().println(SafeText.line(name(plan.program()) + " is found on no hook"));
    }
    return !plan.staying().isEmpty();
  }

  private void say(JsonList list, ProgramInfo program, String text, boolean done) {
    if (json.isJson()) {
      list.add(fields ->
          fields
              .put("action", "detach")
              .put("dry_run", dryRun)
              .put("program_id", Integer.toUnsignedLong(program.id()))
              .put("text", text)
              .put("done", done));
    } else {
      console.out().println(SafeText.line(name(program) + (done ? ": done: " : ": ") + text));
      console.out().flush();
    }
  }

  private static String name(ProgramInfo program) {
    return "program " + Integer.toUnsignedString(program.id()) + " '" + program.fullName() + "'";
  }

  /// A step, with the program in place of `it`.
  private static String text(ReleaseStep step, ProgramInfo program) {
    var id = Integer.toUnsignedString(program.id());
    return step.text().replaceFirst("^detach it ", "detach program " + id + " ");
  }

  private static Plan plan(ReferenceSnapshot snapshot, ProgramInfo program) {
    var key = ObjectKey.program(program.id());
    var references = snapshot.of(key);
    if (references.isEmpty()) {
      return new Plan(program, List.of(), List.of());
    }
    Map<Integer, Boolean> links = new LinkedHashMap<>();
    for (var reference : references.get().found()) {
      if (reference instanceof Reference.OfLink link && link.role().equals(Reference.OfLink.RUNS)) {
        links.put(link.link(), false);
      } else if (reference instanceof Reference.Xdp xdp && xdp.link() != 0) {
        links.put(xdp.link(), false);
      }
    }
    Set<ReleaseAction> seen = new HashSet<>();
    var steps = new ArrayList<ReleaseStep>();
    for (var step : ReleasePlan.of(snapshot, List.of(references.get())).steps()) {
      if (step.action().filter(action -> isHook(action, step, key, links)).isPresent()
          && seen.add(step.action().get())) {
        steps.add(step);
      }
    }
    var staying =
        links.entrySet().stream().filter(link -> !link.getValue()).map(Map.Entry::getKey).toList();
    return new Plan(program, steps, staying);
  }

  /// Whether an action takes the program off a hook. A link of its own is noted as one that goes.
  private static boolean isHook(
      ReleaseAction action, ReleaseStep step, ObjectKey program, Map<Integer, Boolean> links) {
    return switch (action) {
      case ReleaseAction.DetachLink detach ->
          links.computeIfPresent(detach.link(), (_, _) -> true) != null;
      case ReleaseAction.RemovePin _, ReleaseAction.RemoveEntry _, ReleaseAction.Unregister _ ->
          false;
      default -> step.object().equals(program);
    };
  }
}

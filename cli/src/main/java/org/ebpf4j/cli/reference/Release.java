package org.ebpf4j.cli.reference;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;
import org.ebpf4j.linux.reference.ReleasePlan;
import org.ebpf4j.linux.reference.ReleaseStep;

/// What would free an object: said, or done.
final class Release {
  private static final long PATIENCE = 5_000_000_000L;
  private static final long GLANCE = 300_000_000L;

  private final Console console;
  private final References references;
  private final ReleasePlan plan;
  private final Set<ReleaseStep> done = new HashSet<>();

  Release(Console console, ReferenceSnapshot snapshot, References references) {
    this.console = console;
    this.references = references;
    this.plan = ReleasePlan.of(snapshot, List.of(references));
  }

  /// Prints the steps.
  void print(boolean dryRun) {
    console
        .out()
        .println(
            SafeText.line(
                ReferenceText.object(references)
                    + ": "
                    + references.sum()
                    + (dryRun ? "; nothing is done, this would free it:" : "; to free it:")));
    for (var step : plan.steps()) {
      console.out().println(SafeText.line("  ".repeat(step.depth() + 1) + text(step)));
    }
    if (plan.steps().isEmpty()) {
      console.out().println("  nothing was found that holds it");
    }
  }

  private static String text(ReleaseStep step) {
    return switch (step.kind()) {
      case ACTION, FREE, UNKNOWN -> step.text();
      case PROCESS -> "not by this command: " + step.text();
      case ITSELF -> "(" + step.text() + ")";
    };
  }

  /// Does what can be done from outside, after asking; ends at the first that fails.
  ///
  /// @param told whether each step is printed when it is done
  /// @return whether the object is gone
  boolean perform(LinuxKernel kernel, boolean yes, boolean told) {
    var actions = plan.actions();
    var object = references.object();
    if (actions.isEmpty()) {
      return isGone(kernel, GLANCE);
    }
    var answer =
        Consent.several(
            console,
            yes,
            "do "
                + (actions.size() == 1 ? "this step" : "these " + actions.size() + " steps")
                + " to free "
                + object);
    for (var step : actions) {
      if (answer == Consent.Answer.EACH && !Consent.one(console, SafeText.line(step.text()))) {
        continue;
      }
      try {
        kernel.release(step);
      } catch (BpfException e) {
        console
            .err()
            .println(
                SafeText.line(
                    "ebpf4j: cannot "
                        + step.text()
                        + ": stopped after "
                        + done.size()
                        + " of "
                        + actions.size()
                        + " steps"));
        throw e;
      }
      done.add(step);
      if (told) {
        console.out().println(SafeText.line(step.action().map(a -> a.done()).orElse(step.text())));
        console.out().flush();
      }
    }
    return isGone(kernel, plan.isWhole() && done.size() == actions.size() ? PATIENCE : GLANCE);
  }

  /// The kernel frees some objects a little after their last reference is gone.
  private boolean isGone(LinuxKernel kernel, long patience) {
    var end = System.nanoTime() + patience;
    while (isThere(kernel, references.object())) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private static boolean isThere(LinuxKernel kernel, ObjectKey object) {
    return switch (object.type()) {
      case PROGRAM -> kernel.programIds().contains(object.id());
      case MAP -> kernel.mapIds().contains(object.id());
      case LINK -> kernel.linkIds().contains(object.id());
      case TYPES -> kernel.types().stream().anyMatch(t -> t.id() == object.id());
    };
  }

  /// Prints what is left: that it is gone, or what holds it now.
  void printOutcome(LinuxKernel kernel, boolean gone) {
    var object = references.object();
    if (gone) {
      console.out().println(object + " is gone");
      return;
    }
    console.out().println(object + " is still there:");
    kernel.references().of(object).ifPresent(now -> ReferenceText.print(console.out(), now));
  }

  /// The fields of the steps, with what was done.
  void json(Json.Fields fields) {
    fields.putObjects(
        "release",
        plan.steps(),
        (json, step) ->
            json.put("step", step.kind().name().toLowerCase(Locale.ROOT))
                .put("object", step.object().type().label())
                .put("id", Integer.toUnsignedLong(step.object().id()))
                .put("depth", step.depth())
                .put("text", step.text())
                .put("done", done.contains(step)));
  }
}

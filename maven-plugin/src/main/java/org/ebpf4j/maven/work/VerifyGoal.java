package org.ebpf4j.maven.work;

import java.nio.file.Files;
import java.util.ArrayList;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.verifierlog.Explanation;

/// The goal `verify`: has kernels say whether they accept the programs of each object. Nothing is
/// attached, and nothing stays loaded.
final class VerifyGoal {
  private static final String HOST = "host";

  private final Request request;
  private final Log log;

  VerifyGoal(Request request, Log log) {
    this.request = request;
    this.log = log;
  }

  void run() {
    // A kernel that is none is told before anything is checked.
    var others =
        request.kernels().stream().filter(k -> !k.equals(HOST)).map(OfflineCheck::new).toList();
    if (request.kernels().contains(HOST)) {
      host();
    }
    others.forEach(this::offline);
  }

  /// Checks for a kernel that is not this machine's.
  private void offline(OfflineCheck check) {
    var rejected = new ArrayList<String>();
    var accepted = 0;
    for (var source : Source.all(request)) {
      var object = source.object(request);
      if (Files.exists(object)) {
        var outcome = check.of(ObjectSpec.read(object));
        accepted += outcome.accepted();
        outcome.refused().forEach(why -> rejected.add(source.name() + ", " + why));
        outcome
            .open()
            .forEach(why -> log.warn("not checked to its end: " + source.name() + ", " + why));
      }
    }
    if (!rejected.isEmpty()) {
      throw new GoalException(
          "kernel "
              + check.label()
              + " would reject "
              + (rejected.size() == 1 ? "a program" : rejected.size() + " programs")
              + ":\n"
              + String.join("\n", rejected));
    }
    log.info(
        "kernel "
            + check.label()
            + " would accept "
            + accepted
            + (accepted == 1 ? " program" : " programs"));
  }

  /// Checks for the kernel of this machine, where it lets this user load programs.
  private void host() {
    var rejected = new ArrayList<String>();
    var accepted = 0;
    try (var kernel = LinuxKernel.open()) {
      for (var source : Source.all(request)) {
        var object = source.object(request);
        if (!Files.exists(object)) {
          continue;
        }
        var verdicts = new ArrayList<Verdict>();
        kernel.verify(ObjectSpec.read(object), LoadOptions.DEFAULT, verdicts::add);
        for (var verdict : verdicts) {
          if (verdict.outcome() == Verdict.Outcome.OK) {
            accepted++;
          } else if (verdict.errno() == Errno.EPERM) {
            notChecked(verdict.message());
            return;
          } else {
            rejected.add(source.name() + ", program '" + verdict.program() + "': " + why(verdict));
          }
        }
      }
    } catch (BpfException | UnsatisfiedLinkError e) {
      notChecked(String.valueOf(e.getMessage()));
      return;
    }
    if (!rejected.isEmpty()) {
      throw new GoalException(
          "this kernel rejects "
              + (rejected.size() == 1 ? "a program" : rejected.size() + " programs")
              + ":\n"
              + String.join("\n", rejected));
    }
    log.info("this kernel accepts " + accepted + (accepted == 1 ? " program" : " programs"));
  }

  private void notChecked(String why) {
    log.warn(
        "the programs are not checked on this machine: " + why.lines().findFirst().orElse(why));
  }

  /// The fault, what to try, and the lines of C that lead to it.
  private static String why(Verdict verdict) {
    var lines = new ArrayList<>(verdict.message().lines().toList());
    verdict.explanation().map(Explanation::lines).ifPresent(lines::addAll);
    return String.join("\n  ", lines.stream().map(String::stripTrailing).toList());
  }
}

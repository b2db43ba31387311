package org.ebpf4j.cli.verify;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.text.ExplanationJson;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.verifier.result.Finding;
import org.jspecify.annotations.Nullable;

/// What this program's own verifier says of a program of a file, by the rules of one kernel.
///
/// @param file the file, as it was named
/// @param kernel the version of the kernel, such as `6.1`
/// @param verdict the verdict, with an explanation where the program is refused
/// @param finding the rule that the program breaks, where it breaks one
record OfflineVerdict(String file, String kernel, Verdict verdict, Optional<Finding> finding) {
  /// How a program comes out.
  enum Outcome {
    /// The kernel would take it.
    OK,
    /// It would not.
    REJECTED,
    /// This verifier cannot follow it.
    GAVE_UP,
    /// It did not come so far.
    ERROR;

    /// As people read it.
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  Outcome outcome() {
    return switch (verdict.outcome()) {
      case OK -> Outcome.OK;
      case ERROR -> Outcome.ERROR;
      case REJECTED ->
          finding.filter(f -> f.reason() == Finding.Reason.GAVE_UP).isPresent()
              ? Outcome.GAVE_UP
              : Outcome.REJECTED;
    };
  }

  /// Why it is not accepted, in lines: what is wrong, where, and what to try.
  List<String> reason() {
    return VerdictTable.reason(new FileVerdict(file, verdict));
  }

  /// The place in the source, where it is known.
  Optional<org.ebpf4j.btf.LineInfo> line() {
    return finding.flatMap(Finding::line);
  }

  private @Nullable String known(Optional<String> text) {
    return text.filter(t -> !t.isEmpty()).orElse(null);
  }

  /// As an object of JSON, on one line.
  String toJson() {
    return Json.object(json ->
        json.put("file", file)
            .put("program", verdict.program())
            .put("section", verdict.section())
            .put("type", verdict.type().map(t -> t.label()).orElse(null))
            .put("kernel", kernel)
            .put("verdict", outcome().name().toLowerCase(Locale.ROOT))
            .put("message", verdict.message())
            .put("rule", finding.map(f -> f.reason().name().toLowerCase(Locale.ROOT)).orElse(null))
            .putKnown("instruction", finding.map(Finding::instruction).orElse(-1))
            .put("register_state", known(finding.map(Finding::state)))
            .put("missing", known(finding.map(Finding::missing)))
            .put("mend", known(finding.map(Finding::mend)))
            .putKnown("verified_insns", verdict.processed())
            .putKnown("states", verdict.states())
            .put("time_micros", verdict.time().toNanos() / 1000)
            .putJson(
                "explanation", verdict.explanation().map(ExplanationJson::object).orElse("null")));
  }
}

package org.ebpf4j.cli.text;

import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.Explanation.Step;
import org.ebpf4j.verifierlog.SourceLine;

/// An explanation of a rejection as JSON.
public final class ExplanationJson {
  private ExplanationJson() {}

  /// An object of JSON, on one line.
  public static String object(Explanation explanation) {
    var register = explanation.register();
    return Json.object(json -> {
      json.put("headline", explanation.headline())
          .put("mend", explanation.mend().orElse(null))
          .put("reason", explanation.reason().orElse(null));
      if (register.isPresent()) {
        json.putObject(
            "register",
            fields ->
                fields
                    .put("name", register.get().name())
                    .put("value", register.get().value())
                    .put("state", register.get().state()));
      } else {
        json.put("register", null);
      }
      if (explanation.at().isPresent()) {
        json.putObject("at", fields -> step(fields, explanation.at().get()));
      } else {
        json.put("at", null);
      }
      json.putObjects("path", explanation.path(), ExplanationJson::step)
          .put("omitted_steps", explanation.omitted())
          .put("whole", explanation.whole());
    });
  }

  private static void step(Json.Fields json, Step step) {
    json.put("kind", step.kind().name().toLowerCase(Locale.ROOT))
        .put("instruction", step.instruction())
        .put("text", step.text())
        .put("note", step.note());
    var line = step.line();
    json.put("file", line.map(SourceLine::file).filter(f -> !f.isEmpty()).orElse(null))
        .putKnown("line", known(line.map(SourceLine::line)))
        .putKnown("column", known(line.map(SourceLine::column)))
        .put("source", line.map(SourceLine::text).orElse(null));
  }

  private static long known(Optional<Integer> number) {
    return number.filter(n -> n > 0).orElse(-1);
  }
}

package org.ebpf4j.verifierlog;

import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A row of the table of advice: what to try about the faults whose telling line matches. The
/// sentence is made of the match and of what the fault is about.
record AdviceRow(Pattern pattern, BiFunction<MatchResult, Fault, String> text) {
  static AdviceRow row(String pattern, String text) {
    return row(pattern, (_, _) -> text);
  }

  static AdviceRow row(String pattern, BiFunction<MatchResult, Fault, String> text) {
    return new AdviceRow(Pattern.compile(pattern), text);
  }
}

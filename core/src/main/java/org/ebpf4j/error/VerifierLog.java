package org.ebpf4j.error;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The log of the kernel's verifier, read for what matters: which line tells the fault, at which
/// instruction, and what to try.
///
/// @param text the log, all of it
public record VerifierLog(String text) {
  /// `12: (85) call bpf_map_lookup_elem#1`, with or without a state behind it.
  private static final Pattern INSTRUCTION = Pattern.compile("^(\\d+): \\([0-9a-f]{2}\\) .*");

  /// `12: R0=inv1 R10=fp0`, `R0=… R10=…` or `from 4 to 6: …`: states, not faults.
  private static final Pattern STATE =
      Pattern.compile(
          "^(\\d+: )?(R\\d+(_[a-z]+)?=|fp-\\d+=|frame\\d+:|caller|from \\d+ to \\d+|; ).*");

  private static final Pattern STATISTICS =
      Pattern.compile(
          "^(processed \\d+ insns|verification time|stack depth|insns? total|peak_states|max_states|mark_precise|"
              + "parent |regs=|last_idx|func#\\d+|Validating |Func#\\d+|live regs|\\d+: [.0-9]+ \\().*");

  private record Advice(Pattern pattern, String text) {}

  private static final List<Advice> ADVICE =
      List.of(
          advice(
              "(mem access|arithmetic on) '?(map_value_or_null|mem_or_null|sock_or_null|ptr_.*or_null)",
              "the pointer may be null: compare the result of the helper (bpf_map_lookup_elem and its like) with null before using it"),
          advice(
              "cannot call GPL-restricted function",
              "the program calls a helper that only GPL-compatible programs may call: give the object a license,"
                  + " char _license[] SEC(\"license\") = \"GPL\""),
          advice(
              "invalid func unknown#",
              "this kernel has no helper of that number; it may be older than the helper"),
          advice(
              "unknown func ",
              "programs of this type may not call that helper, or this kernel is older than it"),
          advice(
              "program of this type cannot use helper",
              "programs of this type may not call that helper"),
          advice("R0 !read_ok", "the program ends without a return value: set r0 before exit"),
          advice("!read_ok", "a register is read before it is written"),
          advice(
              "invalid (indirect )?read from stack",
              "stack memory is read before all of it is written"),
          advice(
              "back-edge from insn",
              "the program loops, and this kernel or its bounds do not show that the loop ends"),
          advice(
              "(infinite loop detected|BPF program is too large|too many insns|exceeds? .* insns)",
              "the verifier cannot see the program end: bound the loops, or make the program smaller"),
          advice("unreachable insn", "some instructions are never reached"),
          advice(
              "invalid access to (packet|map value|mem)",
              "an access may go beyond the end: compare the pointer or offset with the end first"),
          advice(
              "invalid bpf_context access",
              "this field of the context is not there for programs of this type, or is read with another width"),
          advice("jump out of range", "a jump leads out of the program"),
          advice(
              "invalid mem access '(scalar|inv)'",
              "a number is used as a pointer; kernel memory is read with bpf_probe_read_kernel"));

  private static Advice advice(String pattern, String text) {
    return new Advice(Pattern.compile(pattern), text);
  }

  /// The line that tells the fault; empty for a log without one.
  public Optional<String> tellingLine() {
    var lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (isTelling(lines.get(i))) {
        return Optional.of(lines.get(i));
      }
    }
    return Optional.empty();
  }

  private static boolean isTelling(String line) {
    return !INSTRUCTION.matcher(line).matches()
        && !STATE.matcher(line).matches()
        && !STATISTICS.matcher(line).matches()
        && !line.startsWith("--");
  }

  /// The instruction that the verifier looked at last, in 8-byte slots.
  public OptionalInt instruction() {
    return lastInstruction()
        .map(line -> OptionalInt.of(Integer.parseInt(line.substring(0, line.indexOf(':')))))
        .orElse(OptionalInt.empty());
  }

  /// That instruction's text, such as `(61) r0 = *(u32 *)(r0 +0)`.
  public Optional<String> instructionText() {
    return lastInstruction()
        .map(line -> {
          var body = line.substring(line.indexOf(':') + 2);
          var state = body.indexOf(" ; ");
          return (state < 0 ? body : body.substring(0, state)).strip();
        });
  }

  private Optional<String> lastInstruction() {
    return text.lines()
        .map(String::strip)
        .filter(l -> l.length() < 400 && INSTRUCTION.matcher(l).matches())
        .reduce((_, last) -> last);
  }

  /// What to try, where the fault is a common one.
  public Optional<String> advice() {
    var telling = tellingLine().orElse("");
    return ADVICE.stream()
        .filter(a -> a.pattern().matcher(telling).find())
        .map(Advice::text)
        .findFirst();
  }
}

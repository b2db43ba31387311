package org.ebpf4j.error;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The log of the kernel's verifier, read for what matters: which line tells the fault, at which
/// instruction, and what to try.
///
/// The log is a walk over instructions and states that ends with the fault. From kernel 7.3 on a
/// report may follow it: a headline, then sections `Reason:`, `At:`, `Causal path:` and
/// `Suggestion:`.
public final class VerifierLog {
  private static final String HEADLINE = "Verification failed: ";

  /// `unreachable insn 2`, `jump out of range from insn 1 to 12`.
  private static final Pattern NAMED = Pattern.compile("\\binsn (\\d{1,9})\\b");

  /// `>>> 6 | (61) r0 = *(u32 *)(r0 +0)`, in a report. Lines of C are pointed at in the same way,
  /// but have no operation code.
  private static final Pattern POINTED =
      Pattern.compile("^>>> +(\\d{1,9}) \\| (\\([0-9a-f]{2}\\) .*)");

  /// `(85) call bpf_map_lookup_elem#1`, and of a kernel function.
  private static final Pattern CALL = Pattern.compile("call (?:kernel-function )?(\\w+)#-?\\d+");

  /// `Unreleased reference id=2 alloc_insn=5`.
  private static final Pattern ACQUIRED = Pattern.compile("alloc_insn=(\\d{1,9})");

  /// `R0 invalid mem access 'map_value_or_null'`, and the like.
  private static final Pattern MAY_BE_NULL =
      Pattern.compile("\\bR(\\d+) .*_or_null|Possibly NULL pointer passed to \\D*(\\d+)");

  /// Calls that may give the value of a map.
  private static final Pattern LOOKUP = Pattern.compile("lookup|storage_get");

  /// The register that a load or store goes through: `*(u32 *)(r0 +4)`.
  private static final Pattern THROUGH = Pattern.compile("\\(r(\\d+) ([+-]\\d+)\\)");

  private static final Pattern REGISTER = Pattern.compile("\\bR(\\d{1,2})\\b");

  /// `(63) *(u32 *)(r1 +16) = r2`.
  private static final Pattern STORE = Pattern.compile("^\\([0-9a-f]{2}\\) (lock )?\\*\\(");

  /// An access to the value of a map.
  ///
  /// @param map the kernel's name of the map; empty where the kernel, before 6.8, does not say
  /// @param valueSize the bytes in a value
  /// @param offset where in the value the access begins, as far as that is constant
  public record MapAccess(String map, int valueSize, long offset) {}

  private record Numbered(int number, String text) {}

  private final String text;
  private final List<String> lines;
  private final List<String> report;

  /// Reads a log.
  ///
  /// @param text the log, or as much as there is of its end
  public VerifierLog(String text) {
    this.text = text;
    this.lines =
        text.lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .<String>mapMulti(LogLine::separate)
            .toList();
    this.report = report(lines);
  }

  /// The log as it was given.
  public String text() {
    return text;
  }

  /// The line that tells the fault; empty for a log without one. Where several lines in a row do
  /// so, it is the first: those that follow explain it.
  public Optional<String> tellingLine() {
    var walk = walk();
    for (int i = walk.size() - 1; i >= 0; i--) {
      if (LogLine.isTelling(walk.get(i))) {
        while (i > 0 && LogLine.isTelling(walk.get(i - 1))) {
          i--;
        }
        return Optional.of(walk.get(i));
      }
    }
    return report.stream().findFirst().map(line -> line.substring(HEADLINE.length()));
  }

  /// The instruction at fault, in 8-byte slots: the one that the report or the telling line names,
  /// else the one that the verifier looked at last.
  public OptionalInt instruction() {
    return fault().stream().mapToInt(Numbered::number).findFirst();
  }

  /// That instruction's text, such as `(61) r0 = *(u32 *)(r0 +0)`, where the log has it.
  public Optional<String> instructionText() {
    return fault().map(Numbered::text).filter(t -> !t.isEmpty());
  }

  private Optional<Numbered> fault() {
    for (var line : section("At:")) {
      var pointed = POINTED.matcher(line);
      if (pointed.matches()) {
        return Optional.of(new Numbered(Integer.parseInt(pointed.group(1)), pointed.group(2)));
      }
    }
    var instructions = instructions();
    var named = NAMED.matcher(tellingLine().orElse(""));
    if (named.find()) {
      var number = Integer.parseInt(named.group(1));
      var shown = instructions.reversed().stream().filter(i -> i.number() == number).findFirst();
      return Optional.of(shown.orElse(new Numbered(number, "")));
    }
    return instructions.isEmpty() ? Optional.empty() : Optional.of(instructions.getLast());
  }

  /// The function that is called at the fault, a helper or one of the kernel.
  public Optional<String> called() {
    return instructionText().flatMap(VerifierLog::callee);
  }

  private static Optional<String> callee(String instruction) {
    var call = CALL.matcher(instruction);
    return call.find() ? Optional.of(call.group(1)) : Optional.empty();
  }

  /// The call that gave what the fault is about: a pointer that may be null, or a reference that is
  /// not released.
  public OptionalInt origin() {
    var telling = tellingLine().orElse("");
    var acquired = ACQUIRED.matcher(telling);
    if (acquired.find()) {
      return OptionalInt.of(Integer.parseInt(acquired.group(1)));
    }
    var nullable = MAY_BE_NULL.matcher(telling);
    if (!nullable.find()) {
      return OptionalInt.empty();
    }
    var register =
        nullable.group(1) != null
            ? nullable.group(1)
            : argument(Integer.parseInt(nullable.group(2)), telling);
    var known = nullable(register);
    return known.isPresent() ? known : onlyCall(telling.contains("map_value_or_null"));
  }

  /// The only call that could have given the pointer, where the log has no states, as of kernels
  /// before 5.17.
  private OptionalInt onlyCall(boolean ofMap) {
    var calls =
        instructions().stream()
            .filter(
                i -> callee(i.text()).filter(c -> !ofMap || LOOKUP.matcher(c).find()).isPresent())
            .mapToInt(Numbered::number)
            .distinct()
            .toArray();
    return calls.length == 1 ? OptionalInt.of(calls[0]) : OptionalInt.empty();
  }

  /// The register of an argument, which some messages count from 0.
  private static String argument(int number, String telling) {
    return Integer.toString(telling.contains("arg") ? number + 1 : number);
  }

  /// The first instruction behind which the state has the pointer that a register holds last.
  private OptionalInt nullable(String register) {
    var walk = walk();
    var held =
        Pattern.compile("\\bR" + register + "(?:_[a-z]+)?=\\w*_or_null\\w*\\((?:[^)]*,)?id=(\\d+)");
    for (int i = walk.size() - 1; i >= 0; i--) {
      var match = held.matcher(walk.get(i));
      if (match.find()) {
        return first(
            walk, Pattern.compile("_or_null\\w*\\((?:[^)]*,)?id=" + match.group(1) + "\\b"));
      }
    }
    return OptionalInt.empty();
  }

  /// The last instruction of the walk up to the first line with something in it.
  private static OptionalInt first(List<String> walk, Pattern something) {
    var last = OptionalInt.empty();
    for (var line : walk) {
      var instruction = LogLine.INSTRUCTION.matcher(line);
      if (instruction.find()) {
        last = OptionalInt.of(Integer.parseInt(instruction.group(1)));
      }
      if (something.matcher(line).find()) {
        return last;
      }
    }
    return OptionalInt.empty();
  }

  /// The value of a map that the access at fault goes to, where it is one.
  public Optional<MapAccess> mapAccess() {
    var through = THROUGH.matcher(instructionText().orElse(""));
    var named = REGISTER.matcher(tellingLine().orElse(""));
    var offset = 0L;
    String register;
    if (through.find()) {
      register = through.group(1);
      offset = Long.parseLong(through.group(2));
    } else if (named.find()) {
      register = named.group(1);
    } else {
      return Optional.empty();
    }
    var state =
        Pattern.compile("\\bR" + register + "(?:_[a-z]+)?=(\\w+)\\(((?:[^()]|\\([^()]*\\))*)\\)");
    var walk = walk();
    for (int i = walk.size() - 1; i >= 0; i--) {
      var match = state.matcher(walk.get(i));
      if (match.find()) {
        return match.group(1).equals("map_value")
            ? access(match.group(2), offset)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<MapAccess> access(String state, long offset) {
    var size = property(state, "vs");
    if (size.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new MapAccess(
            property(state, "map").orElse(""),
            Integer.parseInt(size.get()),
            offset
                + Long.parseLong(
                    property(state, "off").or(() -> property(state, "imm")).orElse("0"))));
  }

  private static Optional<String> property(String state, String name) {
    var value =
        Pattern.compile(
                "(?:^|,)"
                    + name
                    + "=("
                    + (name.equals("map") ? "[^,]*" : "-?\\d{1,9}")
                    + ")(?:,|$)")
            .matcher(state);
    return value.find() ? Optional.of(value.group(1)) : Optional.empty();
  }

  /// What to try, where the fault is a common one or the kernel suggests something.
  public Optional<String> advice() {
    return advice(
        mapAccess()
            .filter(a -> !a.map().isEmpty())
            .map(a -> "map '" + a.map() + "' has values of " + a.valueSize() + " bytes"));
  }

  /// The same, where the caller knows more of what is accessed.
  ///
  /// @param object what the access at fault goes to, such as `map 'counts' has values of 8 bytes`
  public Optional<String> advice(Optional<String> object) {
    var suggestion = String.join(" ", section("Suggestion:"));
    var origin = origin();
    var subject =
        new Fault(
            object,
            origin.isPresent()
                ? text(origin.getAsInt()).flatMap(VerifierLog::callee)
                : Optional.empty(),
            called(),
            lost(),
            instructionText().filter(t -> STORE.matcher(t).find()).isPresent());
    return VerifierAdvice.on(tellingLine().orElse(""), subject)
        .or(() -> Optional.of(suggestion).filter(s -> !s.isEmpty()));
  }

  private Optional<LostPointer> lost() {
    var register = REGISTER.matcher(tellingLine().orElse(""));
    return register.find()
        ? LostPointer.find(walk(), Integer.parseInt(register.group(1)))
        : Optional.empty();
  }

  private Optional<String> text(int instruction) {
    return instructions().stream()
        .filter(i -> i.number() == instruction)
        .map(Numbered::text)
        .findFirst();
  }

  private List<Numbered> instructions() {
    var instructions = new ArrayList<Numbered>();
    for (var line : walk()) {
      var match = LogLine.INSTRUCTION.matcher(line);
      if (match.matches()) {
        var operation = LogLine.BEHIND.matcher(match.group(2)).replaceFirst("");
        instructions.add(new Numbered(Integer.parseInt(match.group(1)), operation.strip()));
      }
    }
    return instructions;
  }

  /// The lines before the report.
  private List<String> walk() {
    return lines.subList(0, lines.size() - report.size());
  }

  /// The lines from the last headline on; none from an older kernel.
  private static List<String> report(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(HEADLINE)) {
        return lines.subList(i, lines.size());
      }
    }
    return List.of();
  }

  /// A section of the report: the indented lines under its title.
  private List<String> section(String title) {
    var headline = text.lastIndexOf(HEADLINE);
    if (headline < 0) {
      return List.of();
    }
    return text.substring(headline)
        .lines()
        .dropWhile(l -> !l.equals(title))
        .skip(1)
        .takeWhile(l -> l.isBlank() || l.startsWith(" "))
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .toList();
  }
}

package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.Explanation.Register;
import org.ebpf4j.verifierlog.Explanation.Step;
import org.ebpf4j.verifierlog.RegisterHistory.Noted;
import org.jspecify.annotations.Nullable;

/// Makes an explanation of a log: finds what the fault is about, a register or what was taken and
/// not given back, and has the path read back for it.
final class Explainer {
  private static final int MOST_STEPS = 12;

  /// `Unreleased reference id=2 alloc_insn=5`.
  private static final Pattern ACQUIRED = Pattern.compile("alloc_insn=(\\d{1,9})");

  private static final Pattern LOOP = Pattern.compile("infinite loop detected at insn (\\d{1,9})");

  /// Sections of code that are to be left before something is done.
  private static final Pattern SECTION =
      Pattern.compile(
          "(spin_lock|rcu_read_lock|preempt_disable|local_irq_save)(?:-ed region| is"
              + " missing)?|holding a lock|lock leak");

  /// `invalid access to packet, off=12 size=1, R1(id=0,off=12,r=4)`.
  private static final Pattern PACKET =
      Pattern.compile("access to packet,.* R(\\d{1,2})(\\([^)]*\\))");

  /// `R0 invalid mem access 'map_value_or_null'`.
  private static final Pattern ACCESSED = Pattern.compile("mem access '(\\w+)'");

  private static final Pattern REGISTER = Pattern.compile("\\bR(\\d{1,2})\\b");

  private static final Pattern ARGUMENT =
      Pattern.compile("(?:Possibly NULL pointer passed to \\D*|\\barg ?#?)(\\d)\\b");

  /// `r0 += r1`, where r1 is at fault.
  private static final Pattern ADDED = Pattern.compile("\\) r\\d{1,2} [+-]= r(\\d{1,2})$");

  /// `(63) *(u32 *)(r1 +16) = r2`.
  private static final Pattern STORE = Pattern.compile("^\\([0-9a-f]{2}\\) (lock )?\\*\\(");

  private static final Pattern THROUGH = Pattern.compile("\\*\\)\\(r(\\d{1,2}) [+-]\\d+\\)");

  private final VerifierLog log;
  private final KernelReport report;
  private final ProgramCode code;
  private final String telling;

  private Optional<Register> register = Optional.empty();
  private List<Noted> noted = List.of();
  private int omitted;
  private boolean whole = true;
  private String faultNote = "";
  private @Nullable PathStep last;

  Explainer(VerifierLog log, KernelReport report, ProgramCode code) {
    this.log = log;
    this.report = report;
    this.code = code;
    this.telling = log.tellingLine().orElse("");
  }

  Explanation explain(Optional<String> object) {
    read();
    var path = new ArrayList<Step>();
    noted.reversed().forEach(each -> path.add(step(each)));
    if (path.isEmpty()) {
      report.path().forEach(each -> path.add(withLine(each)));
    }
    while (path.size() > MOST_STEPS) {
      path.remove(1);
      omitted++;
    }
    return new Explanation(
        telling, mend(object), report.reason(), register, at(), path, omitted, whole, code.lines());
  }

  private void read() {
    var path = new FailingPath(log.walk());
    last = path.previous();
    var slot = log.instruction().orElse(-1);
    if (last == null || slot < 0) {
      return;
    }
    var acquired = ACQUIRED.matcher(telling);
    var loop = LOOP.matcher(telling);
    var section = SECTION.matcher(telling);
    if (acquired.find()) {
      var from = Integer.parseInt(acquired.group(1));
      region(path, step -> step.slot() == from, "what is to be released comes from here");
    } else if (loop.find()) {
      loop(path, slot);
    } else if (section.find()) {
      region(path, beginning(section.group(1)), "it begins here");
    } else if (last.slot() == slot) {
      history(path, last);
    }
    path.nameLast();
  }

  private static Predicate<PathStep> beginning(@Nullable String section) {
    var name = section == null ? "spin_lock" : section;
    return step -> PathStep.callee(step.text()).filter(c -> c.endsWith(name)).isPresent();
  }

  private void region(FailingPath path, Predicate<PathStep> beginning, String note) {
    keep(new RegionHistory(beginning, note), path);
  }

  private void keep(RegionHistory region, FailingPath path) {
    region.read(path);
    noted = region.noted();
    omitted = region.omitted();
    whole = region.isWhole();
  }

  /// The conditions of one round, the last instruction of which is one of them at most.
  private void loop(FailingPath path, int slot) {
    faultNote = "the loop comes here again, and nothing is different";
    var region = new RegionHistory(step -> step.slot() == slot, "the round begins here");
    var end = last;
    keep(region, path);
    if (end != null && end.isCondition() && end.slot() != slot) {
      var with = new ArrayList<Noted>();
      with.add(new Noted(end, Kind.CONDITION, words(end, slot)));
      with.addAll(noted);
      noted = with;
    }
  }

  private static String words(PathStep end, int to) {
    return RegisterHistory.words(
        new PathStep(end.slot(), end.text(), end.state(), to, end.depth(), false));
  }

  private void history(FailingPath path, PathStep fault) {
    var number = register(fault.text());
    if (number < 0 || number == 10) {
      return;
    }
    var history = new RegisterHistory(number, telling.contains("packet"));
    history.read(fault, path);
    noted = history.noted();
    omitted = history.omitted();
    whole = history.isWhole() || path.isWhole();
    var state = told(number, history.known());
    var name = "r" + number;
    if (telling.contains("!read_ok")) {
      register = Optional.of(new Register(name, "without a value", ""));
      faultNote = name + " has no value here";
    } else {
      register =
          Optional.of(
              new Register(
                  name, state == null ? "" : state.words(), state == null ? "" : state.text()));
      faultNote = state == null ? "" : name + " is " + state.words();
    }
  }

  /// What the telling line says of the register, which is exact, else what the path says.
  private @Nullable RegisterState told(int number, @Nullable RegisterState known) {
    var packet = PACKET.matcher(telling);
    if (packet.find() && packet.group(1).equals(Integer.toString(number))) {
      return RegisterState.find("R" + number + "=pkt" + packet.group(2), number);
    }
    var accessed = ACCESSED.matcher(telling);
    return known == null && accessed.find()
        ? RegisterState.find("R" + number + "=" + accessed.group(1), number)
        : known;
  }

  /// The register whose value is at fault; negative where it is not one.
  private int register(String instruction) {
    if (telling.contains("math between")) {
      var added = ADDED.matcher(instruction);
      if (added.find()) {
        return Integer.parseInt(added.group(1));
      }
    }
    var argument = ARGUMENT.matcher(telling);
    var named = REGISTER.matcher(telling);
    if (named.find()) {
      return number(named.group(1));
    }
    if (argument.find()) {
      return Integer.parseInt(argument.group(1)) + (telling.contains("arg") ? 1 : 0);
    }
    var through = THROUGH.matcher(instruction);
    return through.find() ? number(through.group(1)) : -1;
  }

  private static int number(String digits) {
    var number = Integer.parseInt(digits);
    return number <= 10 ? number : -1;
  }

  private Optional<Step> at() {
    var slot = log.instruction();
    if (slot.isEmpty()) {
      return Optional.empty();
    }
    var text = log.instructionText().or(() -> code.instruction(slot.getAsInt())).orElse("");
    var ofLog =
        Stream.concat(Stream.ofNullable(last), noted.stream().map(Noted::step))
            .filter(step -> step.slot() == slot.getAsInt())
            .map(PathStep::line)
            .filter(Objects::nonNull)
            .findFirst();
    return Optional.of(
        new Step(
            Kind.FAULT,
            slot.getAsInt(),
            text,
            faultNote,
            code.line(slot.getAsInt()).or(() -> ofLog)));
  }

  private Step step(Noted each) {
    var step = each.step();
    return new Step(
        each.kind(),
        step.slot(),
        step.text(),
        each.note(),
        code.line(step.slot()).or(() -> Optional.ofNullable(step.line())));
  }

  private Step withLine(Step step) {
    return new Step(
        step.kind(), step.instruction(), step.text(), step.note(), code.line(step.instruction()));
  }

  private Optional<String> mend(Optional<String> object) {
    // What gave the value: a call, if the path goes back to one.
    var origin =
        noted.stream()
            .filter(each -> each.kind() == Kind.ORIGIN)
            .map(each -> each.step().text())
            .map(PathStep::callee)
            .flatMap(Optional::stream)
            .findFirst();
    var stores = log.instructionText().filter(t -> STORE.matcher(t).find()).isPresent();
    return VerifierAdvice.on(telling, new Fault(object, origin, log.called(), lost(), stores))
        .or(report::suggestion);
  }

  private Optional<LostPointer> lost() {
    var named = REGISTER.matcher(telling);
    return named.find()
        ? LostPointer.find(new FailingPath(log.walk()), Integer.parseInt(named.group(1)))
        : Optional.empty();
  }
}

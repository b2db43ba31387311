package org.ebpf4j.linux.internal.load;

import java.util.EnumSet;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.probe.HelperTypes;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Variable;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.VerifierLog;

/// Why a kernel does not load a program.
final class ProgramRefusal {
  /// `program of this type cannot use helper bpf_skb_vlan_pop#19`; before 6.9, `unknown func …`.
  private static final Pattern OTHER_TYPE =
      Pattern.compile("(?:cannot use helper|unknown func) (\\w+)#(\\d{1,9})");

  private final FittedObject object;
  private final FittedProgram fitted;
  private final ProgramSpec program;
  private final ProgramType type;

  ProgramRefusal(FittedObject object, FittedProgram fitted, ProgramType type) {
    this.object = object;
    this.fitted = fitted;
    this.program = fitted.program();
    this.type = type;
  }

  /// What to throw for what the kernel said.
  BpfException of(ProgramLoad.Outcome outcome) {
    var errno = outcome.result().errno();
    var what = "program '" + program.name() + "' (" + type.label() + ")";
    if (errno == Errno.EAGAIN) {
      return new KernelException(
          "PROG_LOAD",
          errno,
          what + ": signals broke off its verification " + outcome.interruptions() + " times");
    }
    var log = new VerifierLog(outcome.log());
    if (outcome.kept() == ProgramLoad.Kept.BEGINNING) {
      return withoutEnd(what, errno, log);
    }
    if (errno == Errno.EPERM || log.tellingLine().isEmpty()) {
      if (errno == Errno.EINVAL) {
        return new KernelException(
            "PROG_LOAD",
            errno,
            what
                + ": PROG_LOAD: "
                + Errno.describe(errno)
                + ": the kernel says no more; it may lack this program type, or not know the"
                + " expected attach type "
                + program.attachType().map(AttachType::label).orElse("(none)")
                + " or flags 0x"
                + Integer.toHexString(program.flags())
                + since());
      }
      return Refusal.of(
          what + log.tellingLine().map(line -> ": " + line).orElse(""),
          "PROG_LOAD",
          errno,
          Refusal.capabilitiesFor(type.number()));
    }
    return rejection(what, errno, log);
  }

  /// Since when kernels have what the program is for, where that is one kind of hook.
  private String since() {
    var kinds = HookKind.taking(type, program.attachType());
    return kinds.size() != 1 || kinds.getFirst().mechanism().isEmpty()
        ? ""
        : "\n  " + kinds.getFirst().name() + " is attached with " + kinds.getFirst().mechanism();
  }

  /// Where only the beginning of the log is there, which a kernel before 6.4 keeps.
  private VerifierException withoutEnd(String what, int errno, VerifierLog log) {
    var tooLarge = errno == Errno.E2BIG;
    return new VerifierException(
        program.name(),
        errno,
        log.explain(new LoadedCode(program, fitted.instructions())).withoutPlace(),
        (tooLarge
                ? "the verifier gave up: it followed more instructions than it does for one program"
                : "the verifier's log is so long that the line that says why is not kept")
            + (tooLarge
                ? "\n"
                    + "  try: let loops have fewer rounds, or use bpf_loop (5.17), whose body is"
                    + " verified once; or split the program by tail calls"
                : "\n  try: have all of it written to a file, by --log FILE or LoadOptions")
            + "\n  in "
            + what
            + ", rejected with "
            + Errno.name(errno),
        log.text());
  }

  private VerifierException rejection(String what, int errno, VerifierLog log) {
    var explanation = explanation(log);
    var slot = explanation.at().map(Explanation.Step::instruction).orElse(-1);
    var missing = slot < 0 ? Optional.<String>empty() : missing(slot);
    var message = new StringBuilder(missing.orElse(explanation.headline()));
    if (missing.isEmpty()) {
      explanation.mend().ifPresent(mend -> message.append("\n  try: ").append(mend));
    }
    explanation.lines().forEach(line -> message.append("\n  ").append(line));
    message.append("\n  in ").append(what).append(", rejected with ").append(Errno.name(errno));
    if (missing.isPresent()) {
      message.append("\n  the verifier says: ").append(explanation.headline());
    }
    return new VerifierException(
        program.name(), errno, explanation, message.toString(), log.text());
  }

  private Explanation explanation(VerifierLog log) {
    var found = log.explain(new LoadedCode(program, fitted.instructions()), accessed(log));
    return otherHelper(log)
        .or(() -> privilege(log, found))
        .map(mend -> found.withMend(Optional.of(mend)))
        .orElse(found);
  }

  /// What the program may do without and the kernel has not, and how to ask for it.
  private Optional<String> missing(int slot) {
    return Optional.ofNullable(fitted.poisoned().get(slot))
        .or(() ->
            missingFunction(slot)
                .map(name ->
                    "function '"
                        + name
                        + "' is not in this kernel\n  try: call it only if bpf_ksym_exists("
                        + name
                        + ") says that it is there"));
  }

  /// What to try where pointers are compared by a process that the kernel takes for one that could
  /// find out addresses so; kernels before 6.6 take pointers into packets for such, too.
  private static Optional<String> privilege(VerifierLog log, Explanation found) {
    var isRefused = log.tellingLine().filter(l -> l.contains("comparison prohibited")).isPresent();
    return isRefused && !Privileges.read().missing(EnumSet.of(Capability.CAP_PERFMON)).isEmpty()
        ? Optional.of(
            found.mend().map(mend -> mend + "; or ").orElse("")
                + "give the process CAP_PERFMON, without which kernels before 6.6 have no pointers"
                + " compared, those into packets included")
        : Optional.empty();
  }

  /// What to try where a helper is called that programs of this type may not call.
  private Optional<String> otherHelper(VerifierLog log) {
    var refused = OTHER_TYPE.matcher(log.tellingLine().orElse(""));
    if (!refused.find()) {
      return Optional.empty();
    }
    var helper = refused.group(1);
    var types =
        HelperTypes.thatMayCall(Integer.parseInt(refused.group(2))).stream()
            .map(ProgramType::label)
            .toList();
    return Optional.of(
        types.isEmpty()
            ? "use another helper: none of the types of programs that can be tried may call "
                + helper
                + " on this kernel (it may be older, without that part, or locked down)"
            : "use another helper in a program of type "
                + type.label()
                + ", or another type: "
                + helper
                + " may be called by "
                + String.join(", ", types));
  }

  /// A variable or a map of the object, and how large it is.
  private Optional<String> accessed(VerifierLog log) {
    return log.mapAccess()
        .flatMap(access ->
            accessed(access)
                .or(() ->
                    access.map().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                            "map '"
                                + access.map()
                                + "' has values of "
                                + access.valueSize()
                                + " bytes")));
  }

  private Optional<String> accessed(VerifierLog.MapAccess access) {
    var maps =
        program.mapReferences().stream()
            .map(MapReference::map)
            .distinct()
            .map(object.spec()::map)
            .filter(m ->
                access.map().isEmpty()
                    ? m.valueSize() == access.valueSize()
                    : KernelName.of(object.spec(), m).equals(access.map()))
            .toList();
    if (maps.size() != 1) {
      return Optional.empty();
    }
    var map = maps.getFirst();
    return variable(map, access.offset())
        .map(v -> "variable '" + v.name() + "' has " + v.size() + " bytes")
        .or(() ->
            Optional.of("a value of map '" + map.name() + "' has " + map.valueSize() + " bytes"));
  }

  private Optional<Variable> variable(MapSpec map, long offset) {
    return map.isData() && object.spec().types().isPresent()
        ? object.spec().variables().stream()
            .filter(v ->
                v.map().equals(map.name())
                    && offset >= v.offset()
                    && offset < (long) v.offset() + v.size())
            .findFirst()
        : Optional.empty();
  }

  private Optional<String> missingFunction(int slot) {
    var instructions = fitted.instructions();
    return slot < instructions.size()
            && Slot.opcode(instructions.slot(slot)) == Opcode.CALL
            && Slot.src(instructions.slot(slot)) == 0
        ? object.missingFunction(Slot.imm(instructions.slot(slot)))
        : Optional.empty();
  }
}

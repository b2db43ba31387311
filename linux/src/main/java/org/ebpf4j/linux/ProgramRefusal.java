package org.ebpf4j.linux;

import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.error.VerifierLog;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Why a kernel does not load a program.
final class ProgramRefusal {
  private final ObjectSpec object;
  private final Fitted fitted;
  private final ProgramSpec program;
  private final ProgramType type;

  ProgramRefusal(ObjectSpec object, Fitted fitted, ProgramType type) {
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
    if (log.tellingLine().isEmpty()) {
      if (errno == Errno.EINVAL) {
        return new KernelException(
            "PROG_LOAD",
            errno,
            what
                + ": PROG_LOAD: "
                + Errno.describe(errno)
                + ": the kernel says no more; it may lack this program type, or not know the expected attach type "
                + program.attachType().map(AttachType::label).orElse("(none)")
                + " or flags 0x"
                + Integer.toHexString(program.flags()));
      }
      return Refusal.of(what, "PROG_LOAD", errno, Refusal.capabilitiesFor(type.number()));
    }
    return rejection(what, errno, log);
  }

  /// Where only the beginning of the log is there, which a kernel before 6.4 keeps.
  private VerifierException withoutEnd(String what, int errno, VerifierLog log) {
    var tooLarge = errno == Errno.E2BIG;
    return new VerifierException(
        program.name(),
        errno,
        -1,
        null,
        (tooLarge
                ? "the verifier gave up: it followed more instructions than it does for one program"
                : "the verifier's log is so long that the line that says why is not kept")
            + "\n  in "
            + what
            + ", rejected with "
            + Errno.name(errno)
            + (tooLarge
                ? "\n  try: bound the loops by constants, or make the program smaller"
                : ""),
        log.text());
  }

  private VerifierException rejection(String what, int errno, VerifierLog log) {
    var slot = log.instruction().orElse(-1);
    var missing = slot < 0 ? null : fitted.poisoned().get(slot);
    var unknown = slot < 0 ? Optional.<String>empty() : missingFunction(slot);
    var line = slot < 0 ? null : program.line(slot).map(LineInfo::describe).orElse(null);
    var message = new StringBuilder();
    if (missing != null) {
      message.append(missing);
    } else if (unknown.isPresent()) {
      message.append("function '").append(unknown.get()).append("' is not in this kernel");
    } else {
      message.append(log.tellingLine().orElseThrow());
    }
    message.append("\n  in ").append(what).append(", rejected with ").append(Errno.name(errno));
    if (slot >= 0) {
      message.append("\n  at instruction ").append(slot).append(": ").append(text(slot, log));
    }
    if (line != null) {
      message.append("\n  from ").append(line);
    }
    if (missing == null && unknown.isEmpty()) {
      log.advice().ifPresent(advice -> message.append("\n  try: ").append(advice));
    } else {
      message.append("\n  the verifier says: ").append(log.tellingLine().orElseThrow());
    }
    return new VerifierException(program.name(), errno, slot, line, message.toString(), log.text());
  }

  private Optional<String> missingFunction(int slot) {
    var instructions = fitted.instructions();
    return slot < instructions.size()
            && Slot.opcode(instructions.slot(slot)) == Opcode.CALL
            && Slot.src(instructions.slot(slot)) == 0
        ? ExternResolution.missingFunction(object, Slot.imm(instructions.slot(slot)))
        : Optional.empty();
  }

  /// The instruction as the log has it, or, where it only names it, as it is written here.
  private String text(int slot, VerifierLog log) {
    var instructions = fitted.instructions();
    return log.instructionText()
        .orElseGet(
            () -> slot < instructions.size() ? Disassembler.text(instructions.at(slot)) : "");
  }
}

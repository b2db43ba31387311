package org.ebpf4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.error.VerifierLog;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Loads one program, and where the kernel refuses it, finds out why: loads it again with a log, in
/// a buffer that grows until the log fits.
final class ProgramLoader {
  private static final int FIRST_LOG_SIZE = 256 * 1024;
  private static final int LAST_LOG_SIZE = 256 * 1024 * 1024;

  private final LinuxKernel kernel;
  private final ObjectSpec object;
  private final ProgramSpec program;
  private final LoadOptions options;

  ProgramLoader(LinuxKernel kernel, ObjectSpec object, ProgramSpec program, LoadOptions options) {
    this.kernel = kernel;
    this.object = object;
    this.program = program;
    this.options = options;
  }

  LinuxProgram load(Instructions instructions, int typesFd) {
    var load = request(instructions, typesFd);
    var outcome = attempt(load, options.logLevel());
    if (!outcome.result().ok() && outcome.result().errno() == Errno.EPERM && Memlock.lift()) {
      outcome = attempt(load, options.logLevel());
    }
    if (!outcome.result().ok() && load.types().fd() != 0) {
      outcome = withoutTypesIfRefused(load, outcome);
    }
    if (!outcome.result().ok()) {
      throw refusal(load, outcome);
    }
    var fd = outcome.result().fd();
    try {
      var info = ObjectInfo.program(fd.number());
      kernel.report(
          Step.Action.LOAD,
          "program " + program.name(),
          type().label()
              + ", "
              + instructions.size()
              + " instructions, tag "
              + info.tag()
              + ": "
              + fd
              + ", id "
              + info.id()
              + (info.mapIds().isEmpty() ? "" : ", keeps maps " + info.mapIds()));
      return new LinuxProgram(kernel, program.name(), program, fd, outcome.log());
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  private ProgramType type() {
    return program
        .type()
        .orElseThrow(
            () -> new BpfException("program '" + program.name() + "' has no type; say which"));
  }

  private ProgramLoad request(Instructions instructions, int typesFd) {
    var hasRecords = !program.functions().isEmpty();
    return new ProgramLoad(
        type().number(),
        instructions.toBytes(ByteOrder.nativeOrder()),
        object.license(),
        KernelName.of(program.name()),
        object.kernelVersion(),
        program.flags(),
        program.attachType().map(AttachType::number).orElse(0),
        hasRecords
            ? ProgramLoad.Types.of(typesFd, functionInfo(), lineInfo())
            : ProgramLoad.Types.NONE,
        ProgramLoad.Target.NONE,
        new int[0],
        0);
  }

  private byte[] functionInfo() {
    var buffer = ByteBuffer.allocate(program.functions().size() * 8).order(ByteOrder.nativeOrder());
    for (var record : program.functions()) {
      buffer.putInt(record.slot()).putInt(record.type());
    }
    return buffer.array();
  }

  /// One record for each instruction at most, the first at the first instruction: otherwise the
  /// kernel takes none.
  private byte[] lineInfo() {
    var records = new ArrayList<LineInfo>();
    var last = -1;
    for (var record : program.lines()) {
      if (record.slot() > last) {
        records.add(record);
        last = record.slot();
      }
    }
    var begins = !records.isEmpty() && records.getFirst().slot() == 0;
    var starts =
        program.subprograms().stream()
            .allMatch(s -> records.stream().anyMatch(r -> r.slot() == s.slot()));
    if (!begins || !starts) {
      return new byte[0];
    }
    var buffer = ByteBuffer.allocate(records.size() * 16).order(ByteOrder.nativeOrder());
    for (var record : records) {
      buffer
          .putInt(record.slot())
          .putInt(record.fileOffset())
          .putInt(record.textOffset())
          .putInt(record.line() << 10 | record.column());
    }
    return buffer.array();
  }

  /// One load; with a log, as often as the log does not fit into the buffer.
  private ProgramLoad.Outcome attempt(ProgramLoad load, int logLevel) {
    if (logLevel == 0) {
      return Bpf.progLoad(load, 0, 0);
    }
    long size = FIRST_LOG_SIZE;
    var outcome = Bpf.progLoad(load, logLevel, (int) size);
    while (outcome.result().errno() == Errno.ENOSPC && size < LAST_LOG_SIZE) {
      size =
          Math.min(
              LAST_LOG_SIZE, outcome.neededLogSize() > size ? outcome.neededLogSize() : size * 4);
      outcome = Bpf.progLoad(load, logLevel, (int) size);
    }
    return outcome;
  }

  /// Types and line records only make logs readable. Where the kernel rejects the program for their
  /// sake, it goes without them.
  private ProgramLoad.Outcome withoutTypesIfRefused(ProgramLoad load, ProgramLoad.Outcome refused) {
    var explained = explain(load, refused);
    if (explained.result().ok()) {
      return explained;
    }
    var telling = new VerifierLog(explained.log()).tellingLine().orElse("");
    if (telling.contains("func_info") || telling.contains("line_info") || telling.contains("BTF")) {
      kernel.report(
          Step.Action.LOAD,
          "program " + program.name(),
          "refused with BTF (" + telling + "); again without");
      // The reason that a user is told is that of the last attempt.
      var bare = load.withTypes(ProgramLoad.Types.NONE);
      return explain(bare, attempt(bare, options.logLevel()));
    }
    return explained;
  }

  /// What came of a load, or, where it was refused without a log, what comes of it with one.
  private ProgramLoad.Outcome explain(ProgramLoad load, ProgramLoad.Outcome outcome) {
    return outcome.result().ok() || !outcome.log().isEmpty() ? outcome : attempt(load, 1);
  }

  private BpfException refusal(ProgramLoad load, ProgramLoad.Outcome refused) {
    var outcome = refused;
    if (outcome.log().isEmpty() && options.logLevel() == 0) {
      outcome = attempt(load, 1);
      if (outcome.result().ok()) {
        // Refused without a log and accepted with one: a fault that came and went.
        outcome.result().fd().close();
        outcome = refused;
      }
    }
    var errno = outcome.result().errno();
    var what = "program '" + program.name() + "' (" + type().label() + ")";
    if (errno == Errno.EAGAIN) {
      return new KernelException(
          "PROG_LOAD",
          errno,
          what + ": signals broke off its verification " + outcome.interruptions() + " times");
    }
    var log = new VerifierLog(outcome.log());
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
      return Refusal.of(what, "PROG_LOAD", errno, Refusal.capabilitiesFor(type().number()));
    }
    return rejection(what, errno, log);
  }

  private VerifierException rejection(String what, int errno, VerifierLog log) {
    var slot = log.instruction().orElse(-1);
    var line = slot < 0 ? null : program.line(slot).map(LineInfo::describe).orElse(null);
    var message = new StringBuilder(log.tellingLine().orElseThrow());
    message.append("\n  in ").append(what).append(", rejected with ").append(Errno.name(errno));
    if (slot >= 0) {
      message.append("\n  at instruction ").append(slot).append(": ").append(text(slot, log));
    }
    if (line != null) {
      message.append("\n  from ").append(line);
    }
    log.advice().ifPresent(advice -> message.append("\n  try: ").append(advice));
    return new VerifierException(program.name(), errno, slot, line, message.toString(), log.text());
  }

  /// The instruction as the log has it, or, where it only names it, as it is written here.
  private String text(int slot, VerifierLog log) {
    var instructions = program.instructions();
    return log.instructionText()
        .orElseGet(
            () -> slot < instructions.size() ? Disassembler.text(instructions.at(slot)) : "");
  }
}

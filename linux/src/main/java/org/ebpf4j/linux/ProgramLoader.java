package org.ebpf4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
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
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.probe.KernelFeature;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;

/// Loads one program, and where the kernel refuses it, finds out why: loads it again with a log, in
/// a buffer that grows until the log fits.
final class ProgramLoader {
  private static final int FIRST_LOG_SIZE = 256 * 1024;

  /// The bits of a log level that have the verifier tell what it does, not only numbers.
  private static final int PATHS_OR_ALL = 3;

  private static final int LAST_LOG_SIZE = 256 * 1024 * 1024;

  private final Steps steps;
  private final ObjectSpec object;
  private final Fitted relocated;
  private final ProgramSpec program;
  private final LoadOptions options;
  private final List<LinuxMap> maps;

  /// What a program takes from the object around it.
  ///
  /// @param typesFd the descriptor of the object's types, or 0
  /// @param tokenFd the descriptor of a token, or 0
  /// @param target what the program is made for
  /// @param modules the descriptors of modules that calls name by their place
  record Environment(int typesFd, int tokenFd, Target target, List<Integer> modules) {}

  /// What a program is made for.
  ///
  /// @param type a function or type of the BTF behind `fd`, or 0
  /// @param fd the descriptor of a program or of a module's types; 0 for the kernel's own
  /// @param member which member of a struct of functions it is, or [#NO_MEMBER]
  record Target(int type, int fd, int member) {
    static final int NO_MEMBER = -1;

    /// Nothing.
    static final Target NONE = new Target(0, 0, NO_MEMBER);
  }

  ProgramLoader(
      Steps steps, ObjectSpec object, Fitted relocated, LoadOptions options, List<LinuxMap> maps) {
    this.steps = steps;
    this.object = object;
    this.relocated = relocated;
    this.program = relocated.program();
    this.options = options;
    this.maps = maps;
  }

  LinuxProgram load(Instructions instructions, Environment environment) {
    var load = request(instructions, environment);
    var outcome = attempt(load, options.logLevel());
    if (!outcome.result().ok() && outcome.result().errno() == Errno.EPERM && Memlock.lift()) {
      outcome = attempt(load, options.logLevel());
    }
    if (!outcome.result().ok()) {
      throw refusal(load, outcome);
    }
    var fd = outcome.result().fd();
    try {
      bindReadOnlyData(fd.number());
      var info = ObjectInfo.program(fd.number());
      steps.report(
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
      return new LinuxProgram(steps, program.name(), program, fd, outcome.log());
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

  /// Read-only data stays with the program, so that whoever inspects it finds what it says of
  /// itself. Kernels before 5.10 cannot, and no program works the less for it.
  private void bindReadOnlyData(int fd) {
    if (!KernelFeatures.ofProcess().has(KernelFeature.PROGRAM_BIND_MAP)) {
      return;
    }
    for (var map : maps) {
      if (map.name().equals(".rodata") || map.name().startsWith(".rodata.")) {
        var errno = Bpf.progBindMap(fd, map.fd());
        if (errno != 0) {
          steps.report(
              Step.Action.LOAD,
              "program " + program.name(),
              "does not keep map " + map.name() + ": " + Errno.describe(errno));
        }
      }
    }
  }

  private ProgramLoad request(Instructions instructions, Environment environment) {
    var features = KernelFeatures.ofProcess();
    var types =
        environment.typesFd() == 0
                || program.functions().isEmpty()
                || !features.has(KernelFeature.BTF_FUNCTIONS)
            ? ProgramLoad.Types.NONE
            : ProgramLoad.Types.of(environment.typesFd(), functionInfo(), lineInfo());
    return new ProgramLoad(
        type().number(),
        instructions.toBytes(ByteOrder.nativeOrder()),
        object.license(),
        features.has(KernelFeature.PROGRAM_NAMES) ? KernelName.of(program.name()) : "",
        object.kernelVersion(),
        program.flags(),
        expectedAttachType(environment.target()),
        types,
        new ProgramLoad.Target(environment.target().type(), environment.target().fd()),
        environment.modules().stream().mapToInt(Integer::intValue).toArray(),
        environment.tokenFd());
  }

  private int expectedAttachType(Target target) {
    if (target.member() != Target.NO_MEMBER) {
      return target.member();
    }
    var features = KernelFeatures.ofProcess();
    var section = SectionName.find(program.section());
    var usdt =
        section
            .filter(s ->
                s.section().startsWith("usdt/")
                    || s.section().startsWith("usdt.s/")
                    || s.section().equals("usdt")
                    || s.section().equals("usdt.s"))
            .isPresent();
    if (usdt && program.attachType().isEmpty() && features.has(KernelFeature.UPROBE_MULTI)) {
      return AttachType.TRACE_UPROBE_MULTI.number();
    }
    if (section.filter(SectionName::attachTypeOptional).isPresent()
        && !features.has(KernelFeature.EXPECTED_ATTACH_TYPE)) {
      return 0;
    }
    return program.attachType().map(AttachType::number).orElse(0);
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

  private BpfException refusal(ProgramLoad load, ProgramLoad.Outcome refused) {
    var outcome = refused;
    if ((options.logLevel() & PATHS_OR_ALL) == 0) {
      outcome = attempt(load, options.logLevel() | 1);
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
    var missing = slot < 0 ? null : relocated.poisoned().get(slot);
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
    var instructions = relocated.instructions();
    return slot < instructions.size()
            && Slot.opcode(instructions.slot(slot)) == Opcode.CALL
            && Slot.src(instructions.slot(slot)) == 0
        ? ExternResolution.missingFunction(object, Slot.imm(instructions.slot(slot)))
        : Optional.empty();
  }

  /// The instruction as the log has it, or, where it only names it, as it is written here.
  private String text(int slot, VerifierLog log) {
    var instructions = relocated.instructions();
    return log.instructionText()
        .orElseGet(
            () -> slot < instructions.size() ? Disassembler.text(instructions.at(slot)) : "");
  }
}

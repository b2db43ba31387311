package org.ebpf4j.linux.internal.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LoggedLoad;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.WholeLog;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.object.ProgramSpec;

/// Loads one program, and where the kernel refuses it, finds out why: loads it again with a log.
final class ProgramLoader {
  /// The bits of a log level that have the verifier tell what it does, not only numbers.
  private static final int PATHS_OR_ALL = 3;

  private final Steps steps;
  private final KernelFacts kernel;
  private final FittedObject object;
  private final FittedProgram fitted;
  private final ProgramSpec program;
  private final int logLevel;
  private final Optional<Path> logFile;

  /// What a program takes from the object around it.
  ///
  /// @param typesFd the descriptor of the object's types, or 0
  /// @param tokenFd the descriptor of a token, or 0
  /// @param target what the program is made for
  /// @param modules the descriptors of modules that calls name by their place
  /// @param maps the object's maps
  record Environment(
      int typesFd,
      int tokenFd,
      ProgramLoad.Target target,
      List<Integer> modules,
      List<LoadedMap> maps) {}

  ProgramLoader(
      Steps steps,
      KernelFacts kernel,
      FittedObject object,
      FittedProgram fitted,
      int logLevel,
      Optional<Path> logFile) {
    this.steps = steps;
    this.kernel = kernel;
    this.object = object;
    this.fitted = fitted;
    this.program = fitted.program();
    this.logLevel = logLevel;
    this.logFile = logFile;
  }

  LoadedProgram load(Instructions instructions, Environment environment) {
    var call = request(instructions, environment);
    var load = new LoggedLoad(call);
    var outcome = load.load(logLevel);
    if (!outcome.result().ok() && outcome.result().errno() == Errno.EPERM && Memlock.lift()) {
      outcome = load.load(logLevel);
    }
    if (!outcome.result().ok()) {
      var explained = explained(load, outcome);
      logFile.ifPresent(file -> WholeLog.append(file, explained, call, logLevel | 1));
      throw new ProgramRefusal(object, fitted, type()).of(explained);
    }
    var fd = outcome.result().fd();
    try {
      bindReadOnlyData(fd.number(), environment.maps());
      report(fd, instructions.size());
      return new LoadedProgram(steps, program, fd, outcome.log());
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  /// The kernel is asked only where somebody is told: it takes three system calls.
  private void report(Fd fd, int instructions) {
    if (steps.equals(Steps.NONE)) {
      return;
    }
    var info = ObjectInfo.program(fd.number());
    steps.report(
        Step.Action.LOAD,
        "program " + program.name(),
        type().label()
            + ", "
            + instructions
            + " instructions, tag "
            + info.tag()
            + ": "
            + fd
            + ", id "
            + info.id()
            + (info.mapIds().isEmpty() ? "" : ", keeps maps " + info.mapIds()));
  }

  private ProgramType type() {
    return program
        .type()
        .orElseThrow(
            () -> new BpfException("program '" + program.name() + "' has no type; say which"));
  }

  /// Read-only data stays with the program, so that whoever inspects it finds what it says of
  /// itself. Kernels before 5.10 cannot, and no program works the less for it.
  private void bindReadOnlyData(int fd, List<LoadedMap> maps) {
    if (!kernel.has(KernelFeature.PROGRAM_BIND_MAP)) {
      return;
    }
    for (var map : maps) {
      if (map.name().equals(".rodata") || map.name().startsWith(".rodata.")) {
        var errno = Bpf.progBindMap(fd, map.fd().number());
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
    var types =
        environment.typesFd() == 0
                || program.functions().isEmpty()
                || !kernel.has(KernelFeature.BTF_FUNCTIONS)
            ? ProgramLoad.Types.NONE
            : ProgramLoad.Types.of(environment.typesFd(), functionInfo(), lineInfo());
    return new ProgramLoad(
        type().number(),
        instructions.toBytes(ByteOrder.nativeOrder()),
        object.spec().license(),
        kernel.has(KernelFeature.PROGRAM_NAMES) ? KernelName.of(program.name()) : "",
        object.spec().kernelVersion(),
        program.flags(),
        fitted.attachType(),
        types,
        environment.target(),
        environment.modules().stream().mapToInt(Integer::intValue).toArray(),
        environment.tokenFd());
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

  /// What came of it, with a log; refused without one and accepted with one is a fault that came
  /// and went.
  private ProgramLoad.Outcome explained(LoggedLoad load, ProgramLoad.Outcome refused) {
    if ((logLevel & PATHS_OR_ALL) != 0) {
      return refused;
    }
    var outcome = load.explain(logLevel | 1, refused.result().errno());
    if (outcome.result().ok()) {
      outcome.result().fd().close();
      return refused;
    }
    return outcome;
  }
}

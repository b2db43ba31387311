package org.ebpf4j.vm;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.vm.internal.compiler.Liveness;
import org.ebpf4j.vm.internal.machine.Fault;
import org.ebpf4j.vm.internal.machine.Machine;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.ContextRegion;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.jspecify.annotations.Nullable;

/// One run of a program on an input: what it is given depends on its type.
final class ProgramRun {
  private static final int REGISTERS = 11;

  private final LoadedCode program;
  private final Run run;
  private final RunInput input;
  private final @Nullable ContextRegion made;
  private final VirtualKernel kernel;
  private final Optional<AttachPoint> point;
  private final Map<String, byte[]> told;

  /// @param point the place that is reached, where that is why it runs
  /// @param made the context that was laid out; null where it is made of the input
  /// @param told what functions of the kernel tell of what it is run for
  ProgramRun(
      VirtualKernel kernel,
      LoadedCode program,
      Run run,
      RunInput input,
      Optional<AttachPoint> point,
      @Nullable ContextRegion made,
      Map<String, byte[]> told) {
    this.kernel = kernel;
    this.told = told;
    this.point = point;
    this.program = program;
    this.run = run;
    this.input = input;
    this.made = made;
  }

  RunResult make() {
    if (made != null) {
      return onContext(made);
    }
    if (program.type() == ProgramType.NETFILTER) {
      return new NetfilterRun(kernel, program, run, input, point).make(this::repeated);
    }
    return PacketRun.isFor(program.type())
        ? new PacketRun(kernel, program, run, input, told).make(this::repeated)
        : onContext(new Region("the context", input.context(), true));
  }

  private RunResult onContext(Region context) {
    run.memory().add(context);
    try {
      var time = System.nanoTime();
      var returned = repeated(context.address());
      time = System.nanoTime() - time;
      var shown = program.type() == ProgramType.SYSCALL;
      return result(
          returned,
          time,
          new byte[0],
          shown ? Objects.requireNonNull(context.bytes()) : new byte[0]);
    } finally {
      run.memory().remove(context);
    }
  }

  private RunResult result(long returned, long time, byte[] data, byte[] context) {
    return new RunResult((int) returned, Duration.ofNanos(time / input.repeat()), data, context);
  }

  private long repeated(long context) {
    long returned = 0;
    var time = System.nanoTime();
    int runs = 0;
    try {
      while (runs < input.repeat()) {
        returned = Machine.run(run, program.code(), context);
        runs++;
      }
    } catch (Fault fault) {
      throw failure(fault, run.memory());
    } finally {
      program.count(runs, System.nanoTime() - time);
    }
    return returned;
  }

  /// A fault as the exception that says where it was.
  static ProgramFaultException failure(Fault fault, Memory memory) {
    var slot = fault.slot();
    var name = fault.code().name();
    var spec = LoadedCode.of(fault.code()).map(LoadedCode::spec);
    var line = spec.flatMap(program -> program.line(slot));
    var message = new StringBuilder();
    message.append("program '").append(name).append("': ");
    line.ifPresent(l -> message.append(l.file()).append(':').append(l.line()).append(": "));
    message.append(fault.getMessage());
    message.append("\n  at instruction ").append(slot);
    spec.ifPresent(
        program -> message.append(": ").append(Disassembler.text(program.instructions().at(slot))));
    var register = fault.register();
    if (register.isPresent()) {
      var value = Long.toHexString(fault.registers()[register.getAsInt()]);
      message.append(", with r").append(register.getAsInt()).append(" = 0x").append(value);
    }
    line.ifPresent(l -> message.append("\n  in C: ").append(l.text().strip()));
    return new ProgramFaultException(
        message.toString(), name, slot, line, register, fault.address(), registers(fault, memory));
  }

  /// The registers that count: compiled code has no others.
  private static long[] registers(Fault fault, Memory memory) {
    var registers = Arrays.copyOf(fault.registers(), REGISTERS);
    long live = Liveness.registers(fault.code(), memory, fault.slot());
    for (int i = 0; i < REGISTERS - 1; i++) {
      if ((live & 1L << i) == 0) {
        registers[i] = 0;
      }
    }
    return registers;
  }
}

package org.ebpf4j.vm.call;

import java.util.Objects;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.UserRegion;

/// A call that a program makes of a [KernelFunction]: its arguments, and the memory that they point
/// to. For the thread of the run, and for the time of the call.
public final class FunctionCall {
  private final Run run;
  private final long[] arguments;

  /// Made by the kernel.
  public FunctionCall(Run run, long a, long b, long c, long d, long e) {
    this.run = run;
    this.arguments = new long[] {a, b, c, d, e};
  }

  /// An argument: what was in register `R1` and so on.
  ///
  /// @param index from 0 to 4
  public long argument(int index) {
    return arguments[Objects.checkIndex(index, arguments.length)];
  }

  /// The CPU that the program runs on.
  public int cpu() {
    return run.cpu();
  }

  /// The time of the kernel's clock, in nanoseconds.
  public long nanos() {
    return Environment.of(run).clock().getAsLong();
  }

  /// Bytes at an address, be it of the kernel or of a process.
  ///
  /// @throws RuntimeException where they are not all there: let it pass, so that the run ends with
  ///   a [org.ebpf4j.vm.ProgramFaultException]
  public byte[] read(long address, int size) {
    return run.memory().find(address) instanceof UserRegion user
        ? user.copy((int) address, size)
        : run.memory().read(address, size);
  }

  /// Writes bytes to an address, be it of the kernel or of a process.
  ///
  /// @throws RuntimeException where there is no room for them, or they may not be written: let it
  ///   pass, so that the run ends with a [org.ebpf4j.vm.ProgramFaultException]
  public void write(long address, byte[] bytes) {
    if (run.memory().find(address) instanceof UserRegion user) {
      user.put((int) address, bytes);
    } else {
      run.memory().write(address, bytes);
    }
  }

  /// Calls a function of the program, such as a callback that was given as an argument.
  ///
  /// @param function its address
  /// @param values up to five arguments
  /// @return what it returned
  public long callback(long function, long... values) {
    var all = java.util.Arrays.copyOf(values, 5);
    return run.callback(function, all[0], all[1], all[2], all[3], all[4]);
  }

  /// Ends the run with a [org.ebpf4j.vm.ProgramFaultException], as an argument is not what the
  /// function takes.
  ///
  /// @param argument the argument that is wrong
  /// @param reason what is wrong with it
  public RuntimeException fault(long argument, String reason) {
    return new MemoryFault(argument, reason);
  }
}

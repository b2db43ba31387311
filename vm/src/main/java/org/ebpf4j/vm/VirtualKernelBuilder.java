package org.ebpf4j.vm;

import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.vm.internal.helper.Task;
import org.jspecify.annotations.Nullable;

/// What a kernel is like. Not for several threads.
public final class VirtualKernelBuilder {
  int cpus = 4;
  Optional<Btf> types = Optional.empty();
  Map<String, Long> symbols = Map.of();
  String config = "";
  int version = 6 << 16 | 18 << 8;
  int rules;
  long seed = 1;
  long steps = 1L << 32;
  boolean uninitialisedStack;
  boolean coverage;
  private boolean verified = Boolean.parseBoolean(System.getProperty("ebpf4j.vm.verify", "true"));
  private @Nullable ProgramVerifier verifier;
  Execution execution = Execution.usual();
  LongSupplier clock = System::nanoTime;
  Task task =
      VirtualTask.of(
              (int) ProcessHandle.current().pid(), (int) ProcessHandle.current().pid(), "java")
          .task();

  VirtualKernelBuilder() {}

  /// How many CPUs it has.
  ///
  /// @throws IllegalArgumentException below 1
  public VirtualKernelBuilder cpus(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " CPUs");
    }
    cpus = count;
    return this;
  }

  /// The types that CO-RE adapts to; without, they are those of the object itself.
  public VirtualKernelBuilder types(Btf kernel) {
    types = Optional.of(kernel);
    return this;
  }

  /// The addresses of symbols, by name.
  public VirtualKernelBuilder symbols(Map<String, Long> addresses) {
    symbols = Map.copyOf(addresses);
    return this;
  }

  /// How it was configured, as lines `CONFIG_NAME=value`.
  public VirtualKernelBuilder config(String lines) {
    config = lines;
    return this;
  }

  /// The version that programs see in `LINUX_KERNEL_VERSION`, and by whose rules they are verified;
  /// 6.18.0 otherwise, and the rules of the newest kernel that the verifier knows.
  public VirtualKernelBuilder version(int major, int minor, int patch) {
    version = major << 16 | minor << 8 | Math.min(patch, 255);
    rules = version;
    return this;
  }

  /// What random numbers begin with: the same seed gives the same numbers.
  public VirtualKernelBuilder seed(long number) {
    seed = number;
    return this;
  }

  /// How many instructions one run may execute, all its subprograms included; 2³² otherwise.
  public VirtualKernelBuilder steps(long most) {
    steps = most;
    return this;
  }

  /// Whether programs may read bytes of their stack that they have not written; otherwise that ends
  /// the run with a [ProgramFaultException]. Linux lets programs of root do so since 6.3, and
  /// refuses them before, and always those of others.
  public VirtualKernelBuilder uninitialisedStack(boolean readable) {
    uninitialisedStack = readable;
    return this;
  }

  /// Has the kernel count which instructions programs execute, for [VirtualKernel#coverage()]. Runs
  /// take longer then.
  public VirtualKernelBuilder coverage() {
    coverage = true;
    return this;
  }

  /// Who judges programs before they are loaded; otherwise the verifier that is on the module path
  /// or the class path ([ProgramVerifier#installed()]), where there is one.
  public VirtualKernelBuilder verifier(ProgramVerifier judge) {
    verifier = judge;
    verified = true;
    return this;
  }

  /// Has programs loaded without being judged: what one does wrong is found when it does it. The
  /// system property `ebpf4j.vm.verify=false` says so for kernels whose builder does not say.
  public VirtualKernelBuilder unverified() {
    verified = false;
    return this;
  }

  /// Who judges programs; empty for nobody.
  Optional<ProgramVerifier> judge() {
    return verified
        ? Optional.ofNullable(verifier).or(ProgramVerifier::installed)
        : Optional.empty();
  }

  /// Who executes programs; [Execution#BY_USE] otherwise.
  public VirtualKernelBuilder execution(Execution by) {
    execution = by;
    return this;
  }

  /// The clock of `bpf_ktime_get_ns`: nanoseconds since whenever.
  public VirtualKernelBuilder clock(LongSupplier nanos) {
    clock = nanos;
    return this;
  }

  /// The task that programs run in.
  public VirtualKernelBuilder task(VirtualTask current) {
    task = current.task();
    return this;
  }

  /// The task that programs run in.
  ///
  /// @param pid the id of the thread
  /// @param tgid the id of the process
  /// @param name its name, of which 15 bytes count
  public VirtualKernelBuilder task(int pid, int tgid, String name, int uid, int gid) {
    return task(VirtualTask.of(pid, tgid, name).withUser(uid, gid));
  }

  /// The kernel.
  public VirtualKernel build() {
    return new VirtualKernel(this);
  }
}

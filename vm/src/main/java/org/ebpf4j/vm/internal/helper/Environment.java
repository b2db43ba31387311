package org.ebpf4j.vm.internal.helper;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.StorageContent;

/// What a run finds around it.
///
/// @param clock the nanoseconds since the kernel was started
/// @param random where random numbers come from
/// @param task the task that it is in
/// @param taskAddress gives the address of the task's `struct task_struct`
/// @param trace where it prints
/// @param recorder where it is kept what programs asked the kernel to do
/// @param cookie what the link was given (`bpf_cookie`)
/// @param host what there is besides
public record Environment(
    LongSupplier clock,
    RandomGenerator random,
    Task task,
    LongSupplier taskAddress,
    TraceSink trace,
    Recorder recorder,
    long cookie,
    Host host) {
  /// The environment of a run.
  public static Environment of(Run run) {
    return (Environment) run.host();
  }

  /// What the kernel has besides objects of BPF.
  public interface Host {
    /// Sockets, cgroups, processes and files that are open.
    List<HostObject> objects();

    /// How many CPUs there are.
    int cpus();

    /// The address of the `struct task_struct` of a task, or 0.
    long task(int pid);

    /// The address of the `struct cgroup` of an id, or 0.
    long cgroup(long id);

    /// The id of the cgroup at an address, or 0.
    long cgroupId(long address);

    /// What the program is attached to: the id of a cgroup in 8 bytes, and the type of attachment
    /// in 4; empty where it is attached to none.
    Optional<byte[]> attachment();

    /// The address of the value of a map that is the run's alone, as the program is attached to no
    /// cgroup; zero at first.
    long ownValue(StorageContent.OfCgroups map);
  }

  /// Takes what programs print.
  @FunctionalInterface
  public interface TraceSink {
    /// @param text what was printed, without the end of the line
    void print(int cpu, Task task, long nanos, String text);
  }

  /// Keeps what programs asked the kernel to do, for tests to look at.
  @FunctionalInterface
  public interface Recorder {
    /// @param function the name of the function that was called
    /// @param arguments what it was asked to do
    void record(String function, long... arguments);
  }
}

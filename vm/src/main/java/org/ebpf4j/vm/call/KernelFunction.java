package org.ebpf4j.vm.call;

/// A function of the kernel that programs call, written in Java: a helper or a kfunc that a
/// [org.ebpf4j.vm.VirtualKernel] does not have, or another in place of one that it has
/// ([org.ebpf4j.vm.VirtualKernel#helper(String, KernelFunction)]).
///
/// {@snippet :
/// kernel.helper("bpf_perf_event_read", call -> 7);
/// }
///
/// It may be called by several threads at once. What it throws ends the run.
@FunctionalInterface
public interface KernelFunction {
  /// Does what the function does.
  ///
  /// @return what the function returns: a number, an address, an error number below 0
  long call(FunctionCall call);
}

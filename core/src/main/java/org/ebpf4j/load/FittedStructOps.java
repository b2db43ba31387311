package org.ebpf4j.load;

/// A struct of functions in one kernel.
///
/// @param layout how the kernel lays it out
/// @param module the module whose types have it; empty for the kernel itself
public record FittedStructOps(KernelStructOps layout, String module) {}

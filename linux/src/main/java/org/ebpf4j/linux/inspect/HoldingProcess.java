package org.ebpf4j.linux.inspect;

/// A process that has a descriptor of an object of the kernel.
///
/// @param process the id of the process
/// @param command its name
public record HoldingProcess(int process, String command) {}

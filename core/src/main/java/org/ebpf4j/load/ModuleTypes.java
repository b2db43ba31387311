package org.ebpf4j.load;

import org.ebpf4j.btf.Btf;

/// The types of one module of a kernel.
///
/// @param name the module's name, such as `nf_tables`
/// @param types its types, with ids that follow those of the kernel
public record ModuleTypes(String name, Btf types) {}

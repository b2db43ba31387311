/// What programs are given: the structs that they see as their context, and what they may do with
/// the fields, by the type of program, the attach type and the kernel.
@org.jspecify.annotations.NullMarked
package org.ebpf4j.context;

package org.ebpf4j.verifierlog;

import java.util.Optional;

/// What is known of the fault around its instruction, for advice.
///
/// @param object what the access at fault goes to, such as `map 'counts' has values of 8 bytes`
/// @param origin the function that gave what the fault is about: a pointer that may be null, or a
///   reference that is not released
/// @param called the function that is called at the fault
/// @param lost why a register at fault is no pointer any more
/// @param stores whether the instruction at fault writes to memory
record Fault(
    Optional<String> object,
    Optional<String> origin,
    Optional<String> called,
    Optional<LostPointer> lost,
    boolean stores) {}

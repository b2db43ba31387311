package org.ebpf4j.program.internal.front;

/// Room in a ring that is given up by itself; the variable tells where, or null once it is gone.
///
/// @param event the class of what is in it
record Reserved(int variable, Class<?> event) {}

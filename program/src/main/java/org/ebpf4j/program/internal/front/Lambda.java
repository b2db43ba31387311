package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;

/// A lambda or method reference; what it captures are the inputs of the value.
///
/// @param method the method with its code
record Lambda(Method method) {}

package org.ebpf4j.program.internal.front;

import java.util.Set;

/// An exception, of which nothing is known but its class: one of these.
///
/// @param variable the variable that says which of them it is; 0 where there is one only
/// @param unknown whether the variable may not know it
record Thrown(Set<Class<?>> types, int variable, boolean unknown) {
  Thrown {
    types = Set.copyOf(types);
  }

  Thrown(Class<?> type) {
    this(Set.of(type), 0, false);
  }
}

package org.ebpf4j.vm.internal.helper;

import org.ebpf4j.vm.internal.machine.Code;

/// What has code that a tail call can go on with.
public interface CodeHolder {
  /// The code.
  Code code();
}

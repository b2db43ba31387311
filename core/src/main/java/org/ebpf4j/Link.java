package org.ebpf4j;

import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;

/// What ties a program to a hook. Closing it detaches the program, unless something else (a pin)
/// holds the link too.
public interface Link extends AutoCloseable {
  /// Where the program is attached; empty for a link that was opened, not made, here.
  Optional<AttachPoint> attachPoint();

  /// Detaches.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses to
  @Override
  void close();
}

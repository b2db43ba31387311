package org.ebpf4j;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;

/// What ties a program to a hook. Closing it detaches the program, unless something else (a pin)
/// holds the link too. It may be used from any thread.
public interface Link extends AutoCloseable {
  /// Where the program is attached; empty for a link that was opened, not made, here.
  Optional<AttachPoint> attachPoint();

  /// The name of the program; for a link that was opened, of the form `program 42`.
  String programName();

  /// The kernel's ids of it: one for most hooks; several where it is made of several (a perf event
  /// has one for each CPU); none where the kernel has no link objects for such a hook.
  ///
  /// @throws IllegalStateException after [#close()]
  List<Integer> ids();

  /// Pins it, so that the program stays attached when this is closed. [Kernel#openLink(Path)] opens
  /// it again.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where it has no id, or several
  /// @throws org.ebpf4j.error.KernelException where the path exists (`EEXIST`)
  /// @throws org.ebpf4j.error.NotMountedException where the path is in no file system for pins
  void pin(Path path);

  /// Whether it is open.
  boolean isOpen();

  /// Detaches.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses to
  @Override
  void close();
}

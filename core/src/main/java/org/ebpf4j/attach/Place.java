package org.ebpf4j.attach;

import java.net.InetSocketAddress;
import java.util.Optional;

/// A place as text names it, such as `sockmap:connections`. An [AttachPoint] is a place that needs
/// nothing else; others become one where there is a program, its object and a kernel. It never
/// changes, and any thread may use it.
public interface Place {
  /// The attach point that this is for a program.
  ///
  /// @throws IllegalArgumentException where the text leaves something open that `surroundings` does
  ///   not say either; says what to add
  /// @throws org.ebpf4j.error.NotFoundException where the object has no such map
  AttachPoint in(Surroundings surroundings);

  /// What text can refer to.
  interface Surroundings {
    /// The map of that name in the program's object.
    Handle map(String name);

    /// A program of the kernel, by its id or by the path of its pin.
    Handle program(String reference);

    /// A TCP socket that listens on that address.
    Handle listening(InetSocketAddress address);

    /// The same, where the socket shares its port with others of the same user (`SO_REUSEPORT`).
    default Handle sharing(InetSocketAddress address) {
      return listening(address);
    }

    /// The attach type that the program is loaded with; empty where it has none.
    Optional<AttachType> attachType();
  }
}

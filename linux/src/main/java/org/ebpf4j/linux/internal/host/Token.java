package org.ebpf4j.linux.internal.host;

import java.util.EnumSet;
import java.util.Optional;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.jspecify.annotations.Nullable;

/// A token stands for privileges that a process in a user namespace does not have itself: whoever
/// mounted a bpffs for that namespace can delegate some to it. Kernels since 6.9 have them.
public final class Token {
  /// The variable that names a bpffs where the caller does not; libbpf reads the same.
  private static final String VARIABLE = "LIBBPF_BPF_TOKEN_PATH";

  private static final String USUAL = "/sys/fs/bpf";

  private Token() {}

  /// A token of a bpffs.
  ///
  /// @param path where it is mounted; empty for no token; null for what the environment says, or,
  ///   where that says nothing, the usual place
  /// @return the descriptor, to be closed by the caller; nothing where no token is wanted, or where
  ///   the usual place gives none, which is no fault
  /// @throws org.ebpf4j.error.KernelException where a place that was named gives none
  public static Optional<Fd> open(@Nullable String path) {
    return open(path != null ? path : System.getenv(VARIABLE), USUAL);
  }

  static Optional<Fd> open(@Nullable String named, String usual) {
    if (named != null && named.isEmpty()) {
      return Optional.empty();
    }
    var path = named != null ? named : usual;
    var directory = FileIo.openDirectory(path);
    if (!directory.ok()) {
      return refused(named, "open", directory.errno());
    }
    try (var root = directory.fd()) {
      var token = Bpf.tokenCreate(root.number());
      return token.ok() ? Optional.of(token.fd()) : refused(named, "TOKEN_CREATE", token.errno());
    }
  }

  private static Optional<Fd> refused(@Nullable String named, String command, int errno) {
    if (named == null) {
      return Optional.empty();
    }
    throw Refusal.of("a token of " + named, command, errno, EnumSet.of(Capability.CAP_BPF));
  }
}

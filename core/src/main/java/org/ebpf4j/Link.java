package org.ebpf4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;

/// What ties a program to a hook. Closing it detaches the program, unless something else (a pin)
/// holds the link too, or [#disconnect()] was called. It may be used from any thread.
///
/// The kernel has link objects for most hooks: there what ends with this process, or with the last
/// pin, ends by itself, also when the process is killed. On hooks without link objects the program
/// stays until it is taken off, by [#close()] or [#detach()]; if the process is killed, it stays
/// attached. `docs/links.md` tells for each kind of hook which it is.
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

  /// Puts another program in the place of the one that is attached, at once: no event is missed and
  /// none is seen by both. Its place in the order of the hook stays. The program must be of the
  /// same type and for the same hook.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where that cannot be done on such a hook;
  ///   then attach the new program, and close this
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses the program
  /// @throws IllegalStateException after [#close()] or [#detach()]
  void update(BpfProgram program);

  /// The same, if a certain program is the one that is attached, and else nothing.
  ///
  /// @param expected the program that must be attached now
  /// @throws org.ebpf4j.error.KernelException where another is (`EPERM`), which it names; or where
  ///   the kernel refuses the program
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where that cannot be done on such a hook
  /// @throws IllegalStateException after [#close()] or [#detach()]
  void update(BpfProgram program, BpfProgram expected);

  /// Takes the program off the hook, whoever else holds the link: pins and other processes keep one
  /// that does nothing. This stays open. Detaching twice is detaching once.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel ends such a link with
  ///   its last reference only
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses to
  /// @throws IllegalStateException after [#close()]
  void detach();

  /// Leaves the program attached when this is closed. For link objects of the kernel this needs a
  /// pin, made here or opened ([#pin(Path)]); on hooks without them the program stays until
  /// somebody takes it off.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where nothing would keep it attached;
  ///   says what would
  /// @throws IllegalStateException after [#close()]
  void disconnect();

  /// Whether the program is attached: false after [#close()] and [#detach()], and where the kernel
  /// says that it is not on its hook any more, as when somebody else has taken it off, or its
  /// device or cgroup is gone. Of a socket the kernel does not say that.
  boolean isAttached();

  /// Pins it, so that the program stays attached when this is closed. [Kernel#openLink(Path)] opens
  /// it again.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where it has no id, or several
  /// @throws org.ebpf4j.error.KernelException where the path exists (`EEXIST`)
  /// @throws org.ebpf4j.error.NotMountedException where the path is in no file system for pins
  void pin(Path path);

  /// What the program of an iterator writes: the kernel runs it for one object after the other
  /// while the stream is read. Each stream begins with the first object, and lives on when this is
  /// closed.
  ///
  /// @return an unbuffered stream, for one thread at a time, to be closed by the caller; reading
  ///   throws an [IOException] where the program fails, or writes more for one object than the
  ///   kernel's buffer has (`E2BIG`)
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where this is no iterator's link
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  /// @throws IllegalStateException after [#close()]
  InputStream read();

  /// The lines that the program of an iterator writes, as UTF-8, from the first object to the last.
  /// All of them are in memory; [#read()] reads piece by piece.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where this is no iterator's link
  /// @throws UncheckedIOException where reading fails, as [#read()] says
  /// @throws IllegalStateException after [#close()]
  default List<String> lines() {
    try (var reader = new BufferedReader(new InputStreamReader(read(), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether it is open.
  boolean isOpen();

  /// Detaches, unless a pin or another process holds the link, or [#disconnect()] was called.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses to
  @Override
  void close();
}

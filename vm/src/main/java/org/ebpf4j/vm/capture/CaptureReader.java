package org.ebpf4j.vm.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.error.FileError;

/// Reads a capture, packet after packet: pcap in both byte orders, with times in micro- or
/// nanoseconds, and pcapng. It takes as much memory as its largest packet. For one thread; closed
/// by who opened it.
public final class CaptureReader implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final CaptureInput input;
  private final CaptureFormat format;

  private CaptureReader(CaptureInput input, CaptureFormat format) {
    this.input = input;
    this.format = format;
  }

  /// Opens a file.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is none
  /// @throws MalformedCaptureException where it is no capture
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where its packets are of a link type that
  ///   programs cannot be given
  public static CaptureReader open(Path file) {
    try {
      return of(file.toString(), Files.newInputStream(file));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// Reads a stream, which is closed with this, and where this fails.
  ///
  /// @param name what it is called in messages
  public static CaptureReader of(String name, InputStream stream) {
    var input = new CaptureInput(name, new BufferedInputStream(stream, BUFFER));
    try {
      return new CaptureReader(input, CaptureFormat.of(name, input));
    } catch (RuntimeException | Error e) {
      try {
        input.close();
      } catch (RuntimeException notClosed) {
        e.addSuppressed(notClosed);
      }
      throw e;
    }
  }

  /// The next packet; empty at the end.
  ///
  /// @throws MalformedCaptureException where the file is damaged there; says where
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where it is of a link type that programs
  ///   cannot be given
  public Optional<CapturedPacket> next() {
    return Optional.ofNullable(format.next());
  }

  @Override
  public void close() {
    input.close();
  }
}

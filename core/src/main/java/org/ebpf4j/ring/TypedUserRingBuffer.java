package org.ebpf4j.ring;

import java.time.Duration;
import org.ebpf4j.codec.Codec;

/// Writes values of a type to a [UserRingBuffer], straight into its memory. Several threads may
/// write at a time. The ring stays its owner's, who closes it.
///
/// @param <T> the type
public final class TypedUserRingBuffer<T> {
  private final UserRingBuffer ring;
  private final Codec<T> codec;

  TypedUserRingBuffer(UserRingBuffer ring, Codec<T> codec) {
    this.ring = ring;
    this.codec = codec;
  }

  /// The ring that is written to.
  public UserRingBuffer ring() {
    return ring;
  }

  /// Writes a record; false where there is no room at the moment.
  ///
  /// @throws IllegalArgumentException where the value does not fit the type, or the type the ring;
  ///   nothing is written then
  /// @throws IllegalStateException after the ring was closed
  public boolean put(T value) {
    return put(value, Duration.ZERO);
  }

  /// The same, waiting for room up to `timeout`. False where there was none in time, the ring was
  /// closed meanwhile, or the thread is interrupted (it stays so).
  public boolean put(T value, Duration timeout) {
    return ring.put(codec, value, timeout);
  }

  @Override
  public String toString() {
    return ring.toString();
  }
}

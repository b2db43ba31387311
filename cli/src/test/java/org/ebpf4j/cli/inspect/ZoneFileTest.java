package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZoneFileTest {
  /// A file of version 2 with these changes of the offset; the part of version 1 has `first`
  /// changes, which are to be skipped.
  private static byte[] file(int first, long[] times, int[] offsets, int leaps, String footer)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    header(out, first, 1, 0);
    out.write(new byte[first * 5 + 6 + 4]);
    header(out, times.length, offsets.length, leaps);
    for (var time : times) {
      out.writeLong(time);
    }
    for (int i = 1; i <= times.length; i++) {
      out.writeByte(i);
    }
    for (var offset : offsets) {
      out.writeInt(offset);
      out.writeShort(0);
    }
    out.write(new byte[4 + leaps * 12]);
    out.write(("\n" + footer + "\n").getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  private static void header(DataOutputStream out, int times, int types, int leaps)
      throws IOException {
    out.writeBytes("TZif2");
    out.write(new byte[15]);
    for (var count : new int[] {0, 0, leaps, times, types, 4}) {
      out.writeInt(count);
    }
  }

  private static ZoneFile read(byte[] file) {
    return Objects.requireNonNull(ZoneFile.read(file), "no zone file");
  }

  @Test
  void hasTheOffsetBeforeBetweenAndAfterTheChanges() throws IOException {
    var zone = read(file(3, new long[] {100, 200}, new int[] {-60, 3600, 7200}, 0, "EET-2"));

    assertThat(zone.offset(-5)).hasValue(-60);
    assertThat(zone.offset(99)).hasValue(-60);
    assertThat(zone.offset(100)).hasValue(3600);
    assertThat(zone.offset(199)).hasValue(3600);
    assertThat(zone.offset(200)).hasValue(7200);
    assertThat(zone.offset(1L << 40)).hasValue(7200);
  }

  @Test
  void leavesSummerTimeAfterTheLastChangeToTheRule() throws IOException {
    var rule = "CET-1CEST,M3.5.0,M10.5.0/3";
    var zone = read(file(0, new long[] {100}, new int[] {0, 3600}, 0, rule));

    assertThat(zone.offset(99)).hasValue(0);
    assertThat(zone.offset(100)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void readsNothingElse() throws IOException {
    var good = file(1, new long[] {100}, new int[] {0, 3600}, 0, "UTC0");
    assertThat(ZoneFile.read(file(0, new long[0], new int[] {0}, 1, "UTC0"))).isNull();
    assertThat(ZoneFile.read(new byte[0])).isNull();
    for (int length = 0; length < good.length - "\nUTC0\n".length(); length++) {
      assertThat(ZoneFile.read(Arrays.copyOf(good, length))).as("%d bytes", length).isNull();
    }
    var random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      var damaged = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      @Nullable ZoneFile zone = ZoneFile.read(damaged); // Throws nothing.
      assertThat(zone == null || zone.offset(random.nextLong()) != null).isTrue();
    }
  }

  @Test
  void saysOfZonesWhatTheJvmSays() throws IOException {
    var random = new Random(11);
    for (var name : new String[] {"Europe/Berlin", "Asia/Kolkata", "America/New_York", "UTC"}) {
      var path = Path.of("/usr/share/zoneinfo", name);
      if (!Files.exists(path)) {
        continue; // The tests above make files of their own.
      }
      var zone = read(Files.readAllBytes(path));
      var rules = ZoneId.of(name).getRules();
      for (int i = 0; i < 500; i++) {
        var time = random.nextLong(0, 2_000_000_000);
        var offset = zone.offset(time);
        if (offset.isPresent()) {
          assertThat(offset.getAsInt())
              .as("%s at %d", name, time)
              .isEqualTo(rules.getOffset(Instant.ofEpochSecond(time)).getTotalSeconds());
        }
      }
    }
  }
}

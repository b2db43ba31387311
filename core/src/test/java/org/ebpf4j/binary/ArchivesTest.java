package org.ebpf4j.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;

/// Zip archives, and the cache of the dynamic linker.
class ArchivesTest {
  private static byte[] archive() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.setComment("a comment");
      var content = "stored".getBytes(StandardCharsets.UTF_8);
      var stored = new ZipEntry("lib/stored.so");
      var sum = new CRC32();
      sum.update(content);
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(content.length);
      stored.setCrc(sum.getValue());
      zip.putNextEntry(stored);
      zip.write(content);
      zip.putNextEntry(new ZipEntry("packed"));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void entriesOfAnArchiveAreFound() throws IOException {
    var bytes = archive();
    var archive = ZipArchive.read("x.apk", ByteSource.of(bytes));
    assertThat(archive.names()).containsExactly("lib/stored.so", "packed");
    var entry = archive.find("lib/stored.so").orElseThrow();
    assertThat(entry.isStored()).isTrue();
    assertThat(new String(bytes, (int) entry.offset(), (int) entry.size(), StandardCharsets.UTF_8))
        .isEqualTo("stored");
    assertThat(archive.find("packed").orElseThrow().isStored()).isFalse();
    assertThat(archive.find("other")).isEmpty();
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    assertThatThrownBy(() -> ZipArchive.read("x", ByteSource.of(new byte[100])))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("no zip archive");
    var bytes = archive();
    for (int i = 0; i < bytes.length; i++) {
      var damaged = bytes.clone();
      damaged[i] ^= (byte) 0xff;
      try {
        var read = ZipArchive.read("x", ByteSource.of(damaged));
        read.names().forEach(read::find);
      } catch (MalformedObjectException e) {
        assertThat(e.file()).isEqualTo("x");
      }
    }
  }

  private static FileBytes cache(boolean oldFirst, int flags) {
    var text = "liba.so.1\0/lib/liba.so.1\0/fast/liba.so.1\0".getBytes(StandardCharsets.UTF_8);
    var start = oldFirst ? 32 : 0;
    var cache = ByteBuffer.allocate(start + 48 + 48 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    if (oldFirst) {
      cache.put("ld.so-1.7.0".getBytes(StandardCharsets.UTF_8)).putInt(12, 1);
    }
    cache.position(start).put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.UTF_8));
    cache.putInt(2);
    cache.position(start + 48);
    for (int i = 0; i < 2; i++) {
      cache.putInt(flags).putInt(96).putInt(i == 0 ? 96 + 25 : 96 + 10).putInt(0);
      cache.putLong(i == 0 ? 1L << 62 : 0);
    }
    cache.put(text);
    return FileBytes.of("ld.so.cache", cache.array(), ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void librariesAreFoundInTheCache() {
    for (var oldFirst : List.of(true, false)) {
      var cache = cache(oldFirst, 0x0303);
      assertThat(LibraryCache.find(cache, Binary.X86_64, "liba.so.1"))
          .containsExactly("/lib/liba.so.1", "/fast/liba.so.1");
      assertThat(LibraryCache.names(cache, Binary.X86_64)).containsExactly("liba.so.1");
      assertThat(LibraryCache.find(cache, Binary.AARCH64, "liba.so.1")).isEmpty();
    }
    assertThat(LibraryCache.find(cache(false, 0x0a03), Binary.AARCH64, "liba.so.1")).hasSize(2);
    assertThatThrownBy(() ->
            LibraryCache.names(
                FileBytes.of("c", new byte[60], ByteOrder.LITTLE_ENDIAN), Binary.X86_64))
        .isInstanceOf(MalformedObjectException.class);
  }
}

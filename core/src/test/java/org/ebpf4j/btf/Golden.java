package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Text held against committed files. `-Debpf4j.golden=write` writes them anew.
public final class Golden {
  private static final Path RESOURCES = Path.of("src/test/resources/org/ebpf4j/btf");

  private Golden() {}

  public static void check(String file, String text) throws IOException {
    if (System.getProperty("ebpf4j.golden", "").equals("write")) {
      Files.writeString(RESOURCES.resolve(file), text);
    }
    assertThat(text).isNotEmpty().isEqualTo(Files.readString(RESOURCES.resolve(file)));
  }
}

package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The page on configurations names all that there is.
class MetricsPageTest {
  @Test
  void everyKeyAndDecoderIsOnThePage() throws IOException {
    var root = Path.of(System.getProperty("ebpf4j.root", ".."));
    var page = Files.readString(root.resolve("docs/metrics.md"));

    assertThat(Arrays.stream(Decoder.values()).map(d -> "`" + d.label() + "`").toList())
        .allSatisfy(d -> assertThat(page).contains(d));
    assertThat(MetricsConfigReader.keys()).allSatisfy(k -> assertThat(page).contains("`" + k));
  }
}

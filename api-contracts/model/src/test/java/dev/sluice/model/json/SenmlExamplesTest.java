package dev.sluice.model.json;

import static dev.sluice.model.json.SenmlPacks.ELECTRICITY;
import static dev.sluice.model.json.SenmlPacks.THINGS;
import static dev.sluice.model.json.SenmlPacks.WEATHER;
import static dev.sluice.model.json.SenmlPacks.decode;
import static dev.sluice.model.json.SenmlPacks.stream;
import static dev.sluice.model.json.SenmlPacks.told;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 8428, sections 5.1 and 6: JSON and CBOR. */
class SenmlExamplesTest {
  /** RFC 8428, 5.1.1. */
  @Test
  void singleDatapoint() {
    assertThat(
            told(
                WEATHER,
                """
                [{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now temperature=23.1");
  }

  /** RFC 8428, 5.1.2, first example. */
  @Test
  void multipleDatapointsOfOneTimeAreOneEvent() {
    assertThat(
            told(
                ELECTRICITY,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},
                 {"n":"current","u":"A","v":1.2}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now voltage=120.1 current=1.2");
  }

  /** RFC 8428, 5.1.2, second example. */
  @Test
  void timesAreAddedToTheBaseTime() {
    assertThat(
            told(
                ELECTRICITY,
                """
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,
                  "bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},
                 {"n":"current","t":-4,"v":1.3},
                 {"n":"current","t":-3,"v":1.4},
                 {"n":"current","t":-2,"v":1.5},
                 {"n":"current","t":-1,"v":1.6},
                 {"n":"current","v":1.7}]
                """))
        .containsExactlyElementsOf(CURRENTS);
  }

  /** RFC 8428, 5.1.2, third example, as far as it is printed. */
  @Test
  void eachRecordOfOneThingIsAnEvent() {
    assertThat(
            told(
                WEATHER,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,
                  "bu":"%RH","v":21.2},
                 {"t":10,"v":21.3},
                 {"t":20,"v":21.4},
                 {"t":30,"v":21.4},
                 {"t":40,"v":21.5},
                 {"t":50,"v":21.5},
                 {"t":60,"v":21.5},
                 {"t":70,"v":21.6},
                 {"t":80,"v":21.7}]
                """))
        .containsExactly(
            "urn:dev:ow:10e2073a01080063 1320067464000 humidity=21.2",
            "urn:dev:ow:10e2073a01080063 1320067474000 humidity=21.3",
            "urn:dev:ow:10e2073a01080063 1320067484000 humidity=21.4",
            "urn:dev:ow:10e2073a01080063 1320067494000 humidity=21.4",
            "urn:dev:ow:10e2073a01080063 1320067504000 humidity=21.5",
            "urn:dev:ow:10e2073a01080063 1320067514000 humidity=21.5",
            "urn:dev:ow:10e2073a01080063 1320067524000 humidity=21.5",
            "urn:dev:ow:10e2073a01080063 1320067534000 humidity=21.6",
            "urn:dev:ow:10e2073a01080063 1320067544000 humidity=21.7");
  }

  private static final List<String> CURRENTS =
      List.of(
          "urn:dev:ow:10e2073a0108006 1276020076001 voltage=120.1 current=1.7",
          "urn:dev:ow:10e2073a0108006 1276020071001 current=1.2",
          "urn:dev:ow:10e2073a0108006 1276020072001 current=1.3",
          "urn:dev:ow:10e2073a0108006 1276020073001 current=1.4",
          "urn:dev:ow:10e2073a0108006 1276020074001 current=1.5",
          "urn:dev:ow:10e2073a0108006 1276020075001 current=1.6");

  /** RFC 8428, 6: the same in CBOR, byte by byte. */
  @Test
  void cborOfTheRfcIsTheSame() {
    String dump =
        "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b001062236141"
            + "20050067766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333"
            + "333333a3006763757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff66666"
            + "66666666a3006763757272656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3"
            + "006763757272656e74060002fb3ffb333333333333";
    assertThat(
            told(
                ELECTRICITY,
                decode(ELECTRICITY, HexFormat.of().parseHex(dump), FrameFormat.SENML_CBOR)))
        .containsExactlyElementsOf(CURRENTS);
  }

  /** RFC 8428, 5.1.3. */
  @Test
  void multipleMeasurementsAreToldApartByTheirUnits() {
    assertThat(
            told(
                WEATHER,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,
                  "bu":"%RH","v":20},
                 {"u":"lon","v":24.30621},
                 {"u":"lat","v":60.07965},
                 {"t":60,"v":20.3},
                 {"u":"lon","t":60,"v":24.30622},
                 {"u":"lat","t":60,"v":60.07965},
                 {"t":120,"v":20.7},
                 {"u":"lon","t":120,"v":24.30623},
                 {"u":"lat","t":120,"v":60.07966},
                 {"u":"%EL","t":150,"v":98},
                 {"t":180,"v":21.2},
                 {"u":"lon","t":180,"v":24.30628},
                 {"u":"lat","t":180,"v":60.07967}]
                """))
        .containsExactlyElementsOf(POSITIONS);
  }

  private static final List<String> POSITIONS =
      List.of(
          "urn:dev:ow:10e2073a01080063 1320067464000 humidity=20.0 lon=24.30621 lat=60.07965",
          "urn:dev:ow:10e2073a01080063 1320067524000 humidity=20.3 lon=24.30622 lat=60.07965",
          "urn:dev:ow:10e2073a01080063 1320067584000 humidity=20.7 lon=24.30623 lat=60.07966",
          "urn:dev:ow:10e2073a01080063 1320067614000 battery=98",
          "urn:dev:ow:10e2073a01080063 1320067644000 humidity=21.2 lon=24.30628 lat=60.07967");

  /** RFC 8428, 5.1.4: as 5.1.3, resolved. */
  @Test
  void resolvedRecordsAreTheSame() {
    assertThat(
            told(
                WEATHER,
                """
                [{"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067464e+09,"v":20},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067464e+09,"v":24.30621},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lat","t":1.320067464e+09,"v":60.07965},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067524e+09,"v":20.3},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067524e+09,"v":24.30622},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lat","t":1.320067524e+09,"v":60.07965},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067584e+09,"v":20.7},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067584e+09,"v":24.30623},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lat","t":1.320067584e+09,"v":60.07966},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"%EL","t":1.320067614e+09,"v":98},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067644e+09,"v":21.2},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067644e+09,"v":24.30628},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lat","t":1.320067644e+09,"v":60.07967}]
                """))
        .containsExactlyElementsOf(POSITIONS);
  }

  /** RFC 8428, 5.1.5. */
  @Test
  void valuesMayBeOfAnyType() {
    String pack =
        """
        [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
         {"n":"label","vs":"Machine Room"},
         {"n":"open","vb":false},
         {"n":"nfc-reader","vd":"aGkgCg"}]
        """;
    assertThat(told(THINGS, pack))
        .containsExactly(
            "urn:dev:ow:10e2073a01080063 now temp=23.1 label=Machine Room open=false tag=aGkgCg");
  }

  /** RFC 8428, 5.1.6, two devices in one pack. */
  @Test
  void collectionOfResources() {
    assertThat(
            told(
                WEATHER,
                """
                [{"bn":"2001:db8::2/","bt":1.320078429e+09,
                  "n":"temperature","u":"Cel","v":25.2},
                 {"n":"humidity","u":"%RH","v":30},
                 {"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},
                 {"n":"humidity","u":"%RH","v":67}]
                """))
        .containsExactly(
            "2001:db8::2 1320078429000 humidity=30.0 temperature=25.2",
            "2001:db8::1 1320078429000 humidity=67.0 temperature=12.3");
  }

  /** RFC 8428, 5.1.7: a record may say only what those after it have in common. */
  @Test
  void settingAnActuator() {
    assertThat(
            told(
                THINGS,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063:"},
                 {"n":"temp","u":"Cel","v":23.1},
                 {"n":"heat","u":"/","v":1},
                 {"n":"fan","u":"/","v":0}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now temp=23.1 heat=1 fan=0");
  }

  /** RFC 8428, 5.1.7, second and third example. */
  @Test
  void namesMayBeWholeWithoutOneBeforeThem() {
    String lights = stream("brightness DOUBLE", "{\"unit\": \"/\", \"field\": \"brightness\"}");
    assertThat(
            told(
                lights,
                """
                [{"bt":1.320078429e+09,"bu":"/","n":"2001:db8::3","v":1},
                 {"n":"2001:db8::4","v":1}]
                """))
        .containsExactly(
            "2001:db8::3 1320078429000 brightness=1.0", "2001:db8::4 1320078429000 brightness=1.0");
    assertThat(
            told(
                lights,
                """
                [{"bt":1.320078429e+09,"bu":"/","n":"2001:db8::3","v":0.5},
                 {"n":"2001:db8::4","v":0.5},
                 {"n":"2001:db8::3","t":0.1,"v":0},
                 {"n":"2001:db8::4","t":0.1,"v":0}]
                """))
        .containsExactly(
            "2001:db8::3 1320078429000 brightness=0.5",
            "2001:db8::4 1320078429000 brightness=0.5",
            "2001:db8::3 1320078429100 brightness=0.0",
            "2001:db8::4 1320078429100 brightness=0.0");
  }
}

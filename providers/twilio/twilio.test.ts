import { describeCarrier } from '../../tests/conformance/carrier.ts';
import { twilioBench } from '../../tests/conformance/twilio_bench.ts';

describeCarrier('twilio', twilioBench);

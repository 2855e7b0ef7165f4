import { expect } from 'chai';
import * as aixplain from '../../src/aixplain/index.js';

describe('the vocabularies', () => {
  it('have the platform’s words', () => {
    const words = (vocabulary: object) => Object.values(vocabulary).join(' ');
    expect(words(aixplain.ExecutionStatus)).to.equal('IN_PROGRESS SUCCESS FAILED ABORTED CANCELLED ERROR');
    expect(words(aixplain.AssetStatus)).to.equal(
      'draft hidden scheduled onboarding onboarded pending failed training rejected enabling deleting disabled deleted in_progress ' +
        'completed canceling canceled deprecated_draft',
    );
    expect(words(aixplain.OnboardStatus)).to.equal('onboarding onboarded failed deleted');
    expect(words(aixplain.Privacy)).to.equal('Public Private Restricted');
    expect(words(aixplain.SessionStatus)).to.equal('active completed failed archived');
    expect(words(aixplain.SessionRunStatus)).to.equal('idle running completed');
    expect(words(aixplain.MessageRole)).to.equal('user assistant');
    expect(words(aixplain.Reaction)).to.equal('LIKE DISLIKE');
    expect(words(aixplain.AttachmentType)).to.equal('text image video audio document code unknown');
    expect(words(aixplain.IssueSeverity)).to.equal('SEV1 SEV2 SEV3 SEV4');
    expect(words(aixplain.FileType)).to.equal('CSV JSON TXT PDF AUDIO IMAGE DATABASE OTHER');
  });

  it('go on the wire as they are', async () => {
    expect(JSON.stringify([aixplain.OwnershipType.TEAM, aixplain.SortBy.NAME, aixplain.SortOrder.ASC])).to.equal('["TEAM","NAME","ASC"]');
  });
});
